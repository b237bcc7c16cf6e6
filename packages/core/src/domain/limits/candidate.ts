import { invariant } from "@windlass/contract";
import type { RunSnapshot, TaskInstanceSnapshot } from "../snapshot.ts";
import type { QueueCandidate } from "./slots.ts";

/** What `selectQueueable` asks about a task instance. */
export function queueCandidate(run: RunSnapshot, instance: TaskInstanceSnapshot): QueueCandidate {
  const task = run.graph.tasks.get(instance.taskId);
  invariant(task, `run ${run.runId} has a task instance of ${instance.taskId}, which its Dag does not have`);
  return {
    id: instance.id,
    dagId: run.dagId,
    taskId: task.taskId,
    mapIndex: instance.mapIndex,
    dagRunId: run.id,
    runAfter: run.runAfter,
    pool: task.pool,
    poolSlots: task.poolSlots,
    queue: task.queue,
    effectiveWeight: run.graph.effectiveWeight.get(task.taskId) ?? task.priorityWeight,
    maxActiveTasks: run.graph.dag.maxActiveTasks,
    maxActivePerDag: task.maxActivePerDag,
    maxActivePerRun: task.maxActivePerRun,
  };
}
