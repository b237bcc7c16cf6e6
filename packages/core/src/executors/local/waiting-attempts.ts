import type { AttemptContext } from "@windlass/contract";

interface Waiting {
  readonly attempt: AttemptContext;
  readonly priority: number;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** Attempts that wait for a process: the highest priority first, among equals the one that has waited longest. */
export class WaitingAttempts {
  readonly #waiting: Waiting[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  add(attempt: AttemptContext, priority: number, now: number): void {
    // Nearly always the last place is right, so it is looked for from the end.
    let index = this.#waiting.length;
    while (index > 0 && (this.#waiting[index - 1]?.priority ?? 0) < priority) index -= 1;
    this.#waiting.splice(index, 0, { attempt, priority, since: now });
  }

  take(): AttemptContext | undefined {
    return this.#waiting.shift()?.attempt;
  }

  remove(attemptId: string): AttemptContext | undefined {
    const index = this.#waiting.findIndex((each) => each.attempt.attemptId === attemptId);
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0]?.attempt;
  }

  /** How many have waited since before a moment. */
  waitingSince(before: number): number {
    return this.#waiting.filter((each) => each.since <= before).length;
  }

  ids(): readonly string[] {
    return this.#waiting.map((each) => each.attempt.attemptId);
  }
}
