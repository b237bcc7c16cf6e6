import { ANY_OTHER_QUEUE, placesOf } from "../../domain/limits/places.ts";
import type { QueuePlaces } from "../../domain/limits/slots.ts";
import type { LocalQueues } from "../../store/attempts.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

/**
 * Who takes which queue, as of the last look at the workers' signs of life. It is a hint for where to send task instances: one that was queued for a
 * worker that is gone is found by the rescuer, where its queue is taken here.
 */
export class WorkerPlaces implements QueuePlaces {
  readonly #localQueues: readonly string[];
  readonly #takesOthers: boolean;
  #served: readonly string[] = [];
  #places: QueuePlaces;

  /** @param localQueues `[local_executor] queues` */
  constructor(localQueues: readonly string[]) {
    this.#localQueues = localQueues;
    this.#takesOthers = localQueues.includes(ANY_OTHER_QUEUE);
    this.#places = placesOf(localQueues, []);
  }

  /** Whether anything may go to workers at all. */
  get hasWorkers(): boolean {
    return !this.#takesOthers || this.#served.length > 0;
  }

  /** Reads which queues workers serve now. @throws DatabaseError */
  async refresh(store: Pick<SchedulerStore, "listServedQueues">): Promise<void> {
    const served = await store.listServedQueues();
    this.#served = served.map(({ queue }) => queue);
    this.#places = placesOf(this.#localQueues, served);
  }

  isLocal(queue: string): boolean {
    return this.#places.isLocal(queue);
  }

  workerRoom(queue: string): number {
    return this.#places.workerRoom(queue);
  }

  /** The queues that are taken here, for whoever looks after what was queued. */
  get local(): LocalQueues {
    return {
      named: this.#localQueues.filter((queue) => queue !== ANY_OTHER_QUEUE),
      allBut: this.#takesOthers ? this.#served : null,
    };
  }
}
