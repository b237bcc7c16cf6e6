import { setTimeout as delay } from "node:timers/promises";
import { addSeconds, InvariantError, type AttemptCarry, type AttemptOutcome, secondsBetween } from "@windlass/contract";
import { durationSeconds } from "../authoring/duration.ts";
import { SkipTask } from "../authoring/outcomes.ts";
import type { SensorOptions } from "../authoring/sensor.ts";
import type { AttemptSurroundings } from "./execute.ts";

const USUAL_INTERVAL_SECONDS = 60;
// What a timer can hold: a longer interval is asked about once more in between.
const LONGEST_DELAY_MS = 2 ** 31 - 1;
const USUAL_TIMEOUT_SECONDS = 7 * 24 * 60 * 60;

/** What came of asking. */
export type SensorAnswer =
  { readonly kind: "found"; readonly value: unknown } | { readonly kind: "ended"; readonly outcome: AttemptOutcome };

function intervalAt(asked: number, options: SensorOptions): number {
  const first = durationSeconds(options.interval ?? "") ?? USUAL_INTERVAL_SECONDS;
  const longest = options.maxInterval === undefined ? Infinity : (durationSeconds(options.maxInterval) ?? Infinity);
  return Math.min(longest, options.exponential === true ? first * 2 ** Math.min(asked, 30) : first);
}

/**
 * Asks a sensor until it is answered, its time is up, or it gives its place back. The time counts from the first question of the try, which `carry`
 * remembers over attempts.
 */
export async function askSensor(
  options: SensorOptions,
  carry: AttemptCarry | undefined,
  around: AttemptSurroundings,
  ask: () => Promise<unknown>,
): Promise<SensorAnswer> {
  const since = carry?.since ?? around.now();
  const timeout = durationSeconds(options.timeout ?? "") ?? USUAL_TIMEOUT_SECONDS;
  let asked = (carry?.polls ?? 0) + (carry?.events.length ?? 0);
  for (;;) {
    const value = await ask().catch((thrown: unknown) => {
      if (options.neverFail !== true || around.signal.aborted || thrown instanceof InvariantError) throw thrown;
      throw new SkipTask(`the sensor's question failed: ${String(thrown)}`);
    });
    if (value !== false && value !== null && value !== undefined)
      return { kind: "found", value: value === true ? undefined : value };
    const interval = intervalAt(asked, options);
    asked += 1;
    const now = around.now();
    if (secondsBetween(since, now) > timeout) return { kind: "ended", outcome: timedOut(timeout, options) };
    const mode = options.mode ?? "poke";
    if (mode === "deferred") {
      const trigger = { kind: "moment", moment: addSeconds(now, interval) } as const;
      return { kind: "ended", outcome: { state: "deferred", trigger, timeoutSeconds: null } };
    }
    if (mode === "reschedule" || around.neverWaits === true)
      return { kind: "ended", outcome: { state: "rescheduled", afterSeconds: interval } };
    await delay(Math.min(interval * 1000, LONGEST_DELAY_MS), undefined, { signal: around.signal }).catch(() => {
      throw around.signal.reason;
    });
  }
}

function timedOut(seconds: number, { softFail, neverFail }: SensorOptions): AttemptOutcome {
  const message = `The sensor was not answered within its timeout of ${String(seconds)} s.`;
  if (softFail === true || neverFail === true) return { state: "skipped", reason: message };
  return { state: "failed", error: { kind: "timeout", name: "SensorTimeout", message, stack: null }, mayRetry: false };
}
