import { toMillis, type Clock, type Instant } from "@windlass/contract";
import type { Timers } from "../../database/timers.ts";

// setTimeout holds 24.8 days.
const LONGEST_MS = 2_000_000_000;

/** Rings at the earliest of the moments it was set to. */
export class Alarm {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #ring: () => void;
  #at: Instant | null = null;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, timers: Timers, ring: () => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#ring = ring;
  }

  /** Rings at this moment, or earlier if it was set so. */
  setFor(at: Instant | null): void {
    if (at === null || (this.#at !== null && this.#at <= at)) return;
    this.#cancel?.();
    this.#at = at;
    const ms = Math.max(0, toMillis(at) + 1 - toMillis(this.#clock.now()));
    this.#cancel = this.#timers.after(Math.min(ms, LONGEST_MS), () => {
      this.#at = null;
      this.#ring();
    });
  }

  clear(): void {
    this.#cancel?.();
    this.#at = null;
  }
}
