import { selectQueueable } from "../../domain/limits/select-queueable.ts";
import {
  taskInRunKey,
  taskKey,
  type Occupancy,
  type PoolOccupancy,
  type QueueCandidate,
  type QueueSelection,
} from "../../domain/limits/slots.ts";
import type { Decided } from "./decide-run.ts";

/**
 * Which candidates get slots: those counted under locks, less what the decisions of the same commit give back.
 * @param occupancy as counted before this commit
 */
export function pickSlots(
  candidates: readonly QueueCandidate[],
  occupancy: Omit<Occupancy, "executorFree" | "places">,
  decided: readonly Decided[],
  room: Pick<Occupancy, "executorFree" | "places">,
): Pick<QueueSelection, "queue" | "forWorkers"> {
  if (candidates.length === 0) return NOTHING;
  return selectQueueable(candidates, { ...withoutReleased(occupancy, decided), ...room });
}

const NOTHING: Pick<QueueSelection, "queue" | "forWorkers"> = { queue: [], forWorkers: new Set() };

function withoutReleased(
  occupancy: Omit<Occupancy, "executorFree" | "places">,
  decided: readonly Decided[],
): Omit<Occupancy, "executorFree" | "places"> {
  const pools = new Map(occupancy.pools);
  const activeInRun = new Map(occupancy.activeInRun);
  const activeOfTask = new Map(occupancy.activeOfTask);
  const activeOfTaskInRun = new Map(occupancy.activeOfTaskInRun);
  for (const { before, transitions } of decided) {
    for (const transition of transitions) {
      if (transition.kind !== "task_instance") continue;
      const { from, to } = transition;
      const task = before.graph.tasks.get(transition.taskId);
      const named = { dagId: before.dagId, taskId: transition.taskId, dagRunId: before.id };
      const pool = task && pools.get(task.pool);
      if (pool && occupiesPool(from, pool) && !occupiesPool(to, pool))
        pools.set(task.pool, { ...pool, occupied: pool.occupied - task.poolSlots });
      if (!occupies(from) || occupies(to)) continue;
      takeOne(activeInRun, before.id);
      takeOne(activeOfTask, taskKey(named));
      takeOne(activeOfTaskInRun, taskInRunKey(named));
    }
  }
  return { pools, activeInRun, activeOfTask, activeOfTaskInRun };
}

function occupies(state: string | null): boolean {
  return state === "queued" || state === "running";
}

function occupiesPool(state: string | null, { includesDeferred }: PoolOccupancy): boolean {
  return occupies(state) || (includesDeferred === true && state === "deferred");
}

function takeOne<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) - 1);
}
