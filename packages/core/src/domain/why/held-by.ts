import type { HeldBy, QueueCandidate } from "../limits/slots.ts";
import type { WhyContext, WhyReason } from "./reason.ts";

/** The limit that keeps a scheduled task instance from being queued, in words. */
export function heldByReason(by: HeldBy, candidate: QueueCandidate, { occupancy }: WhyContext): WhyReason {
  const { pool, poolSlots, taskId, dagId } = candidate;
  const slots = occupancy.pools.get(pool);
  switch (by) {
    case "pool_missing":
      return {
        code: by,
        summary: `Its pool "${pool}" does not exist.`,
        fix: `Create the pool "${pool}", or name another one in the task's spec.`,
      };
    case "larger_than_pool":
      return {
        code: by,
        summary: `It takes ${poolSlots} slots and its pool "${pool}" has ${slots?.slots ?? 0} in all, so it never fits.`,
        fix: `Give the pool at least ${poolSlots} slots, or lower the task's pool slots.`,
      };
    case "pool_full":
      return {
        code: by,
        summary: `Its pool "${pool}" is full: ${slots?.occupied ?? 0} of ${slots?.slots ?? 0} slots are taken and it needs ${poolSlots}.`,
        fix: `Wait for other tasks of the pool to end, or give the pool more slots.`,
      };
    case "max_active_tasks":
      return {
        code: by,
        summary: `Its run has ${occupancy.activeInRun.get(candidate.dagRunId) ?? 0} active tasks, as many as the Dag's max_active_tasks (${candidate.maxActiveTasks}) allows.`,
        fix: `Wait for other tasks of the run to end, or raise max_active_tasks of "${dagId}".`,
      };
    case "max_active_per_dag":
      return {
        code: by,
        summary: `As many instances of "${taskId}" are active over all runs as its bound (${candidate.maxActivePerDag ?? 0}) allows.`,
        fix: `Wait for those to end, or raise the task's bound over all runs.`,
      };
    case "max_active_per_run":
      return {
        code: by,
        summary: `As many instances of "${taskId}" are active in this run as its bound (${candidate.maxActivePerRun ?? 0}) allows.`,
        fix: `Wait for those to end, or raise the task's bound within a run.`,
      };
    case "parallelism":
      return {
        code: by,
        summary: "The executor has as many task instances as it takes.",
        fix: "Wait for other tasks to end, or raise parallelism in the configuration's section core.",
      };
  }
}
