import { MinHeap } from "../../src/services/scheduler/min-heap.ts";

interface Planned {
  readonly at: number;
  /** Of two for the same moment, the one that was planned first comes first. */
  readonly order: number;
  readonly work: () => void;
  cancelled: boolean;
}

/** Time that stands still while something is done, and then jumps to whatever comes next. Everything happens one after the other. */
export class VirtualTime {
  /** Milliseconds since the world began. */
  now = 0;
  /** How many things have happened. */
  happened = 0;
  readonly #heap = new MinHeap(comesBefore);
  #order = 0;
  #shift = 0;

  /** @returns what takes it back */
  after(ms: number, work: () => void): () => void {
    this.#order += 1;
    const planned: Planned = {
      at: this.now - this.#shift + Math.max(0, ms),
      order: this.#order,
      work,
      cancelled: false,
    };
    this.#heap.push(planned);
    return () => {
      planned.cancelled = true;
    };
  }

  /** The whole world sleeps: clocks go on, and nothing that was planned has come nearer. */
  sleepThrough(ms: number): void {
    this.now += ms;
    this.#shift += ms;
  }

  /** Lets things happen until a moment, or until nothing more is planned. */
  async runUntil(moment: number): Promise<void> {
    for (;;) {
      const next = this.#heap.first;
      if (!next || next.at + this.#shift > moment) break;
      this.#heap.pop();
      if (next.cancelled) continue;
      this.now = Math.max(this.now, next.at + this.#shift);
      this.happened += 1;
      next.work();
      // Whatever follows from it at once is done before the next thing happens.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.now = Math.max(this.now, moment);
  }
}

function comesBefore(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
