import type { Instant } from "@windlass/contract";
import { MinHeap } from "./min-heap.ts";

interface Entry<Run> {
  readonly at: Instant;
  readonly run: Run;
}

function isEarlier<Run>(a: Entry<Run>, b: Entry<Run>): boolean {
  return a.at < b.at;
}

// Below it, sorting out what is out of date is not worth the while.
const FEW = 64;

/**
 * Runs that are to be looked at by the clock, by their moments. Both questions are asked in every round, and 5,000 runs that wait for hours
 * must not be walked through for each: with 4,000 that took 100 of the 730 µs that a task instance cost here.
 */
export class TimedRuns<Run> {
  /** The moment that counts for each run; what the heap has besides is out of date and is passed over. */
  readonly #moments = new Map<Run, Instant>();
  #heap = new MinHeap<Entry<Run>>(isEarlier);
  /** Those whose moment came and that nobody has given another since. */
  readonly #due = new Set<Run>();

  /** When a run is to be looked at; null: not by the clock. */
  set(run: Run, at: Instant | null): void {
    const isWaiting = this.#moments.get(run) === at && !this.#due.has(run);
    if (isWaiting) return;
    this.delete(run);
    if (at === null) return;
    this.#moments.set(run, at);
    this.#heap.push({ at, run });
    if (this.#heap.size > 2 * this.#moments.size + FEW) this.#sortOut();
  }

  delete(run: Run): void {
    this.#moments.delete(run);
    this.#due.delete(run);
  }

  /** Those whose moment has come, until they are set anew or deleted. */
  due(now: Instant): ReadonlySet<Run> {
    for (let first = this.#first(); first !== undefined && first.at <= now; first = this.#first()) {
      this.#heap.pop();
      this.#due.add(first.run);
    }
    return this.#due;
  }

  /** The next moment of those that are not due yet. */
  next(): Instant | null {
    return this.#first()?.at ?? null;
  }

  /** The first entry that counts. */
  #first(): Entry<Run> | undefined {
    for (;;) {
      const { first } = this.#heap;
      if (first === undefined || (this.#moments.get(first.run) === first.at && !this.#due.has(first.run))) return first;
      this.#heap.pop();
    }
  }

  #sortOut(): void {
    const left = [...this.#moments].filter(([run]) => !this.#due.has(run)).map(([run, at]) => ({ at, run }));
    this.#heap = new MinHeap<Entry<Run>>(
      isEarlier,
      left.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    );
  }
}
