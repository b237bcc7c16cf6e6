import {
  taskInRunKey,
  taskKey,
  type HeldBy,
  type Occupancy,
  type QueueCandidate,
  type QueueSelection,
} from "./slots.ts";

/** Who comes first: the higher weight, then the older run, then the older task instance, then the lower map index. */
export function byPriority(a: QueueCandidate, b: QueueCandidate): number {
  if (a.effectiveWeight !== b.effectiveWeight) return b.effectiveWeight - a.effectiveWeight;
  if (a.runAfter !== b.runAfter) return a.runAfter < b.runAfter ? -1 : 1;
  return a.id - b.id || a.mapIndex - b.mapIndex;
}

/** Counts on top of what is occupied, as candidates are let through. */
class Ledger {
  private readonly occupancy: Occupancy;
  private readonly slots = new Map<string, number>();
  private readonly inRun: Map<number, number>;
  private readonly ofTask: Map<string, number>;
  private readonly ofTaskInRun: Map<string, number>;
  private readonly toWorkers = new Map<string, number>();
  private executorFree: number;

  constructor(occupancy: Occupancy) {
    this.occupancy = occupancy;
    for (const [name, pool] of occupancy.pools) this.slots.set(name, pool.occupied);
    this.inRun = new Map(occupancy.activeInRun);
    this.ofTask = new Map(occupancy.activeOfTask);
    this.ofTaskInRun = new Map(occupancy.activeOfTaskInRun);
    this.executorFree = occupancy.executorFree;
  }

  /** The first limit that holds this candidate back; null: it may be queued. */
  heldBy(candidate: QueueCandidate): HeldBy | null {
    const pool = this.occupancy.pools.get(candidate.pool);
    if (!pool) return "pool_missing";
    if (pool.slots !== -1) {
      if (candidate.poolSlots > pool.slots) return "larger_than_pool";
      if ((this.slots.get(candidate.pool) ?? 0) + candidate.poolSlots > pool.slots) return "pool_full";
    }
    if ((this.inRun.get(candidate.dagRunId) ?? 0) >= candidate.maxActiveTasks) return "max_active_tasks";
    const { maxActivePerDag, maxActivePerRun } = candidate;
    if (maxActivePerDag !== null && (this.ofTask.get(taskKey(candidate)) ?? 0) >= maxActivePerDag) {
      return "max_active_per_dag";
    }
    if (maxActivePerRun !== null && (this.ofTaskInRun.get(taskInRunKey(candidate)) ?? 0) >= maxActivePerRun) {
      return "max_active_per_run";
    }
    return this.hasPlace(candidate.queue) ? null : "parallelism";
  }

  /** @returns whether it is left to workers */
  take(candidate: QueueCandidate): boolean {
    add(this.slots, candidate.pool, candidate.poolSlots);
    add(this.inRun, candidate.dagRunId, 1);
    add(this.ofTask, taskKey(candidate), 1);
    add(this.ofTaskInRun, taskInRunKey(candidate), 1);
    if (this.isLocal(candidate.queue) && this.executorFree > 0) {
      this.executorFree -= 1;
      return false;
    }
    add(this.toWorkers, candidate.queue, 1);
    return true;
  }

  private isLocal(queue: string): boolean {
    return this.occupancy.places?.isLocal(queue) ?? true;
  }

  private hasPlace(queue: string): boolean {
    if (this.executorFree > 0 && this.isLocal(queue)) return true;
    const { places } = this.occupancy;
    return places !== undefined && (this.toWorkers.get(queue) ?? 0) < places.workerRoom(queue);
  }
}

function add<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/**
 * Which scheduled task instances may be queued now. Each candidate in the order of priority is let through if every limit leaves room; one
 * that is held does not stop those behind it, as on Airflow: a task that needs many slots may wait while small ones pass.
 */
export function selectQueueable(candidates: readonly QueueCandidate[], occupancy: Occupancy): QueueSelection {
  const ledger = new Ledger(occupancy);
  const queue: QueueCandidate[] = [];
  const forWorkers = new Set<number>();
  const held: { candidate: QueueCandidate; by: HeldBy }[] = [];
  for (const candidate of candidates.toSorted(byPriority)) {
    const by = ledger.heldBy(candidate);
    if (by === null) {
      if (ledger.take(candidate)) forWorkers.add(candidate.id);
      queue.push(candidate);
    } else held.push({ candidate, by });
  }
  return { queue, forWorkers, held };
}
