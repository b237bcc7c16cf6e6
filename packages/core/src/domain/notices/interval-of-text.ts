import { secondsOfText } from "@windlass/contract";

// The same moment 1000 years away is no deadline but a slip; PostgreSQL's calendar would end, too.
const MOST_SECONDS = 1_000 * 366 * 86_400;

/**
 * Seconds of a deadline's interval as a variable holds it: seconds, as on Airflow, or a span such as `1h30m`; either may be negative. undefined: it can
 * not be read.
 */
export function intervalOfText(text: string): number | undefined {
  const [, minus, span = ""] = /^(-?)(.+)$/.exec(text.trim()) ?? [];
  const seconds = /^\d+(\.\d+)?$/.test(span) ? Number(span) : secondsOfText(span);
  if (seconds === undefined || seconds > MOST_SECONDS) return undefined;
  return minus === "-" ? -seconds : seconds;
}
