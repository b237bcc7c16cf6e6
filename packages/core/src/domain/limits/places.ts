import type { QueuePlaces } from "./slots.ts";

/** Stands in `[local_executor] queues` for every queue that no worker serves. */
export const ANY_OTHER_QUEUE = "*";

/** What workers have for a queue. */
export interface WorkerOffer {
  readonly queue: string;
  /** Attempts that they would take at once, as they said last. */
  readonly free: number;
  /** Task instances of the queue that wait to be taken. */
  readonly waiting: number;
}

/**
 * Who takes which queue. A queue that is named is taken here, and workers get what there is no slot for; `*` stands for every queue that no worker
 * serves; whatever else there is waits for workers, however many, for it can go nowhere else.
 * @param localQueues `[local_executor] queues`
 */
export function placesOf(localQueues: readonly string[], offers: readonly WorkerOffer[]): QueuePlaces {
  const named = new Set(localQueues);
  const takesOthers = named.has(ANY_OTHER_QUEUE);
  const free = new Map(offers.map((each) => [each.queue, Math.max(0, each.free - each.waiting)]));
  const isLocal = (queue: string): boolean => named.has(queue) || (takesOthers && !free.has(queue));
  return {
    isLocal,
    workerRoom: (queue) => (isLocal(queue) ? (free.get(queue) ?? 0) : Number.POSITIVE_INFINITY),
  };
}
