import { selectQueueable } from "../../domain/limits/select-queueable.ts";
import { taskInRunKey, taskKey, type Occupancy, type QueueCandidate } from "../../domain/limits/slots.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Decided } from "./decide-run.ts";

/** Task instances that wait for slots once these decisions stand: those that waited before, and those that the decisions schedule. */
export function candidatesAfter(waiting: Iterable<ActiveRun>, decided: readonly Decided[]): readonly QueueCandidate[] {
  const candidates: QueueCandidate[] = [];
  const changed = new Map(decided.map((each) => [each.active, each]));
  for (const active of waiting) {
    // A paused Dag's task instances wait as they are.
    if (active.snapshot.dagPaused) continue;
    const decision = changed.get(active);
    if (!decision) candidates.push(...active.scheduled.values());
    else {
      const left = leftScheduled(decision);
      for (const [id, candidate] of active.scheduled) if (!left.has(id)) candidates.push(candidate);
    }
  }
  for (const { active, candidates: scheduled } of decided) if (!active.snapshot.dagPaused) candidates.push(...scheduled.values());
  return candidates;
}

function leftScheduled(decision: Decided): ReadonlySet<number> {
  const left = new Set<number>();
  for (const transition of decision.transitions) {
    if (transition.kind === "task_instance" && transition.from === "scheduled") left.add(transition.id);
  }
  return left;
}

/**
 * Which candidates get slots: those counted under locks, less what the decisions of the same commit give back.
 * @param occupancy as counted before this commit
 */
export function pickSlots(
  candidates: readonly QueueCandidate[],
  occupancy: Omit<Occupancy, "executorFree">,
  decided: readonly Decided[],
  executorFree: number,
): readonly QueueCandidate[] {
  if (candidates.length === 0 || executorFree === 0) return [];
  return selectQueueable(candidates, { ...withoutReleased(occupancy, decided), executorFree }).queue;
}

function withoutReleased(occupancy: Omit<Occupancy, "executorFree">, decided: readonly Decided[]): Omit<Occupancy, "executorFree"> {
  const pools = new Map(occupancy.pools);
  const activeInRun = new Map(occupancy.activeInRun);
  const activeOfTask = new Map(occupancy.activeOfTask);
  const activeOfTaskInRun = new Map(occupancy.activeOfTaskInRun);
  for (const { before, transitions } of decided) {
    for (const transition of transitions) {
      if (transition.kind !== "task_instance" || !occupies(transition.from) || occupies(transition.to)) continue;
      const task = before.graph.tasks.get(transition.taskId);
      const named = { dagId: before.dagId, taskId: transition.taskId, dagRunId: before.id };
      const pool = task && pools.get(task.pool);
      if (pool) pools.set(task.pool, { ...pool, occupied: pool.occupied - task.poolSlots });
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

function takeOne<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) - 1);
}
