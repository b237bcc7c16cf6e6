import type { Timers } from "../database/timers.ts";
import type { LocalQueues, OpenAttempt } from "../store/attempts.ts";
import type { LeaseStore } from "./lease-store.ts";
import { Repeating } from "./repeating.ts";
import type { OnProblem } from "./service.ts";

/** How attempts are rescued. Seconds. */
export interface RescuerOptions {
  readonly store: LeaseStore;
  /** @defaultValue the machine's */
  readonly timers?: Timers;
  /** These attempts were started, and nobody will report on them. */
  readonly onLost: (found: readonly OpenAttempt[]) => void;
  /** These attempts were queued, and nobody started them. */
  readonly onNeverStarted: (found: readonly OpenAttempt[]) => void;
  readonly onProblem: OnProblem;
  /** The queues that the executor of this process takes. @defaultValue all */
  readonly localQueues?: () => LocalQueues;
  /** @defaultValue 5000 */
  readonly everyMs?: number;
  /** How long after its end a lease counts as over; covers the kill of the process that held it. @defaultValue 10 */
  readonly marginSeconds?: number;
  /** A queued attempt that nobody started for so long is dispatched anew. @defaultValue 30 */
  readonly queuedSeconds?: number;
  /** A task instance that was cleared while it ran and whose process was never heard of again begins anew. @defaultValue 75 */
  readonly restartingSeconds?: number;
}

const LIMIT = 1_000;
const ALL_QUEUES: LocalQueues = { named: [], allBut: [] };

/**
 * Finds attempts that nobody will report on: leases that are over (a try is consumed), queued ones that were never started (the same try, another
 * attempt). It only finds them; what follows is decided and committed like any report, against the run's version, so any number of rescuers of any
 * scheduler may find the same.
 */
export function rescuer(options: RescuerOptions): Repeating {
  const { store, onLost, onNeverStarted, marginSeconds = 10, queuedSeconds = 30, restartingSeconds = 75 } = options;
  return new Repeating({
    name: "rescuer",
    everyMs: options.everyMs ?? 5_000,
    onProblem: options.onProblem,
    ...(options.timers && { timers: options.timers }),
    round: async () => {
      onLost(await store.listExpiredLeases(marginSeconds, LIMIT));
      onLost(await store.listStuckRestarting(restartingSeconds, LIMIT));
      onNeverStarted(await store.listStuckQueued(queuedSeconds, LIMIT, options.localQueues?.() ?? ALL_QUEUES));
    },
  });
}
