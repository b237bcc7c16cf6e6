import type { Timers } from "../../database/timers.ts";

const FOR_MS = 30_000;

/** Runs that cannot be decided or written: they are left alone for a while, so that they do not stop the others. */
export class Quarantine {
  readonly #timers: Timers;
  readonly #until = new Map<number, number>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  add(dagRunId: number): void {
    this.#until.set(dagRunId, this.#timers.monotonic() + FOR_MS);
  }

  has(dagRunId: number): boolean {
    const until = this.#until.get(dagRunId);
    if (until === undefined) return false;
    if (until > this.#timers.monotonic()) return true;
    this.#until.delete(dagRunId);
    return false;
  }
}
