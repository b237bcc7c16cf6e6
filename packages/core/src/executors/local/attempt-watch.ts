import type { AttemptContext } from "@windlass/contract";
import type { RunnerProcess } from "./runner-process.ts";

/** What the watch did with an attempt before it ended. */
export type WatchVerdict = "undisturbed" | "timed_out" | "cancelled";

interface Watched {
  readonly runner: RunnerProcess;
  verdict: WatchVerdict;
  readonly timers: NodeJS.Timeout[];
}

// The runner counts the same time-out and reports it in good order; the watch is for those that cannot.
const RUNNER_FIRST_MS = 250;

/** Ends attempts that outlive their time-out or their permission: asks the handler, then SIGTERM, then SIGKILL to the whole process group. */
export class AttemptWatch {
  readonly #watched = new Map<string, Watched>();
  readonly #graceMs: number;

  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  begin(runner: RunnerProcess, attempt: AttemptContext): void {
    const watched: Watched = { runner, verdict: "undisturbed", timers: [] };
    this.#watched.set(attempt.attemptId, watched);
    const seconds = attempt.executionTimeoutSeconds;
    if (seconds !== null) {
      const expire = (): void => {
        if (watched.verdict !== "undisturbed") return;
        watched.verdict = "timed_out";
        this.#askThenKill(watched, attempt.attemptId, "execution timeout");
      };
      watched.timers.push(longTimeout(expire, seconds * 1_000 + RUNNER_FIRST_MS, watched.timers));
    }
  }

  cancel(runner: RunnerProcess, attemptId: string, reason: string): void {
    const watched = this.#watched.get(attemptId);
    if (!watched || watched.verdict === "cancelled") return;
    const asked = watched.verdict === "timed_out";
    watched.verdict = "cancelled";
    if (!asked) this.#askThenKill(watched, attemptId, reason);
  }

  /** The attempt is over. @returns what had been done with it */
  end(attemptId: string): WatchVerdict {
    const watched = this.#watched.get(attemptId);
    this.#watched.delete(attemptId);
    for (const timer of watched?.timers ?? []) clearTimeout(timer);
    return watched?.verdict ?? "undisturbed";
  }

  close(): void {
    for (const watched of this.#watched.values()) for (const timer of watched.timers) clearTimeout(timer);
  }

  #askThenKill(watched: Watched, attemptId: string, reason: string): void {
    watched.runner.send({ type: "cancel", attemptId, reason });
    watched.timers.push(
      setTimeout(() => watched.runner.signal("SIGTERM"), this.#graceMs),
      setTimeout(() => watched.runner.signal("SIGKILL"), this.#graceMs + 1_000),
    );
  }
}

// setTimeout holds 24.8 days; time-outs of a task may be longer.
const LONGEST_TIMER_MS = 2_000_000_000;

function longTimeout(callback: () => void, ms: number, timers: NodeJS.Timeout[]): NodeJS.Timeout {
  if (ms <= LONGEST_TIMER_MS) return setTimeout(callback, ms);
  return setTimeout(() => timers.push(longTimeout(callback, ms - LONGEST_TIMER_MS, timers)), LONGEST_TIMER_MS);
}
