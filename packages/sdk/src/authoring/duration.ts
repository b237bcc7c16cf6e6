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

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const PARTS: Readonly<Record<string, number>> = {
  weeks: 604_800,
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
  milliseconds: 0.001,
};
const TEXT = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/;

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
  if (typeof duration !== "string" || !TEXT.test(duration)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)) {
    seconds += Number(amount) * (SECONDS[unit ?? ""] ?? 0);
  }
  return Math.round(seconds * 1e6) / 1e6;
}
