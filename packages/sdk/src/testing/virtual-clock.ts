import { addSeconds, type Clock, fromMillis, type Instant } from "@windlass/contract";

/** A clock that starts where it is told, goes at the machine's pace, and can be moved on: nobody waits for a retry. */
export class VirtualClock implements Clock {
  #base: Instant;
  #since = performance.now();

  constructor(start: Instant | null) {
    this.#base = start ?? fromMillis(Date.now());
  }

  now(): Instant {
    return addSeconds(this.#base, (performance.now() - this.#since) / 1000);
  }

  /** Moves on to a moment, unless it has passed. */
  moveTo(moment: Instant): void {
    if (moment <= this.now()) return;
    this.#base = moment;
    this.#since = performance.now();
  }
}
