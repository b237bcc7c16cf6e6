import { type Clock, fromMillis, type Instant, toMicros } from "./time.ts";

/**
 * A clock that goes by another one: what that told last, and the monotonic time since. Whoever sets the machine's own clock changes nothing about it.
 * Processes of an installation follow the database's, workers follow the server's, runners the process that started them.
 */
export class FollowedClock implements Clock {
  readonly #monotonic: () => number;
  #toldMs: number;
  #atMs: number;

  /** @param monotonic milliseconds that only grow */
  constructor(told: Instant, monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#atMs = monotonic();
    this.#toldMs = millisOf(told);
  }

  /**
   * Goes by what it is told from now on. What it says itself already stands where the answer may have been given at that very moment: the way's delay is
   * no reason to go back or ahead.
   * @param sinceMs milliseconds since the question was sent
   */
  follow(told: Instant, sinceMs: number): void {
    const now = this.#monotonic();
    const expectedMs = this.#toldMs + now - this.#atMs;
    const heardMs = millisOf(told);
    if (heardMs >= expectedMs - sinceMs && heardMs <= expectedMs) return;
    this.#atMs = now;
    this.#toldMs = heardMs;
  }

  now(): Instant {
    return fromMillis(this.#toldMs + this.#monotonic() - this.#atMs);
  }
}

/** With microseconds as a fraction. */
function millisOf(moment: Instant): number {
  return Number(toMicros(moment)) / 1_000;
}
