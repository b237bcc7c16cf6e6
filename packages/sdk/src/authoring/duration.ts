import { secondsOfText } from "@windlass/contract";

type Unit = "ms" | "s" | "m" | "h" | "d" | "w";

/**
 * A span of time with its unit: `"30s"`, `"5m"`, `"1h30m"`, or an object such as `{ hours: 1, minutes: 30 }`. Never a bare number: nobody
 * can tell whether `300` are seconds or milliseconds.
 */
export type Duration =
  | `${number}${Unit}`
  | `${number}${Unit}${number}${Unit}`
  | `${number}${Unit}${number}${Unit}${number}${Unit}`
  | DurationObject;

/** A span of time by its parts, which are added up. */
export interface DurationObject {
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

const PARTS: Readonly<Record<string, number>> = {
  weeks: 604_800,
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
  milliseconds: 0.001,
};
function secondsOfObject(parts: object): number | undefined {
  let seconds = 0;
  for (const [name, value] of Object.entries(parts)) {
    const factor = PARTS[name];
    if (factor === undefined || typeof value !== "number" || !Number.isFinite(value) || value < 0) return undefined;
    seconds += value * factor;
  }
  return Object.keys(parts).length === 0 ? undefined : seconds;
}

/** Seconds of a duration; undefined where it is none (a bare number, an unknown unit, a negative part). */
export function durationSeconds(duration: unknown): number | undefined {
  if (typeof duration === "object" && duration !== null) return secondsOfObject(duration);
  return typeof duration === "string" ? secondsOfText(duration) : undefined;
}
