/**
 * What can be broken on purpose, to see that the simulation notices: each is a mistake that somebody could make in the statements or in the scheduler.
 * - `version_ignored`: a commit does not compare the runs' versions
 * - `slots_unlocked`: pools and Dags are counted without locks
 * - `lease_by_process_clock`: leases are stamped by the clock of the process that asks
 * - `expiry_apart`: what is found expired is ended without looking again, in a transaction of its own
 * - `outbox_forgotten`: a queued attempt is not announced
 * - `event_apart`: the history is written behind the commit, by itself
 * - `answered_before_commit`: a transaction is said to be committed when it is only sent
 * - `lost_answer_is_failure`: a commit whose answer was lost counts as rolled back
 * - `start_unconditional`: a worker's start does not ask whether the attempt is still queued
 * - `attempt_end_forgotten`: the end of an attempt is not written
 */
export const DEFECTS = [
  "version_ignored",
  "slots_unlocked",
  "lease_by_process_clock",
  "expiry_apart",
  "outbox_forgotten",
  "event_apart",
  "answered_before_commit",
  "lost_answer_is_failure",
  "start_unconditional",
  "attempt_end_forgotten",
] as const;

export type Defect = (typeof DEFECTS)[number];
