import { toMillis, type Clock, type Instant } from "@windlass/contract";

// setTimeout holds 24.8 days.
const LONGEST_MS = 2_000_000_000;

/** Rings at the earliest of the moments it was set to. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at: Instant | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at this moment, or earlier if it was set so. */
  setFor(at: Instant | null): void {
    if (at === null || (this.#at !== null && this.#at <= at)) return;
    clearTimeout(this.#timer);
    this.#at = at;
    const ms = Math.max(0, toMillis(at) + 1 - toMillis(this.#clock.now()));
    this.#timer = setTimeout(
      () => {
        this.#at = null;
        this.#ring();
      },
      Math.min(ms, LONGEST_MS),
    );
    this.#timer.unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#at = null;
  }
}
