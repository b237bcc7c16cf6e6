import { fromMillis, type Instant, parseInstant, toMillis } from "@windlass/contract";

/** Whether a name is one of the IANA time zone database. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name !== "";
  } catch {
    return false;
  }
}

/** What a zone's clocks are ahead of UTC at a moment, in milliseconds. */
function offsetMillis(millis: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: timezone, timeZoneName: "longOffset" }).formatToParts(
    new Date(millis),
  );
  const text = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours = "0", minutes = "0"] = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(text) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

const NAIVE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?$/;

/**
 * A date of a Dag file as a moment. A text without offset is what the clocks of the Dag's zone show.
 * @returns undefined where it is no date
 */
export function readDate(value: unknown, timezone: string): Instant | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : fromMillis(value.getTime());
  if (typeof value !== "string") return undefined;
  const [, day, time = "00:00:00"] = NAIVE.exec(value) ?? [];
  if (day === undefined) return parseInstant(value);
  const wall = parseInstant(`${day}T${time}Z`);
  if (wall === undefined) return undefined;
  const wallMillis = toMillis(wall);
  // The offset is that of the moment looked for; twice, because the first guess may lie on the other side of a change of clocks.
  const guess = wallMillis - offsetMillis(wallMillis, timezone);
  return fromMillis(wallMillis - offsetMillis(guess, timezone));
}
