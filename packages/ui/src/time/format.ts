/** Where the browser is, or UTC. */
export type Zone = "local" | "utc";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: Zone, kind: "time" | "full"): Intl.DateTimeFormat {
  const key = `${zone} ${kind}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    ...(zone === "utc" ? { timeZone: "UTC" } : {}),
    ...(kind === "full" ? { year: "numeric", month: "2-digit", day: "2-digit" } : {}),
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  formats.set(key, made);
  return made;
}

/** `2026-11-22 20:18:00`. Empty for no instant. */
export function formatInstant(instant: string | null | undefined, zone: Zone): string {
  const millis = millisOf(instant);
  return millis === null ? "" : format(zone, "full").format(millis).replace(", ", " ");
}

/** `20:18:00`. */
export function formatTime(instant: string | null | undefined, zone: Zone): string {
  const millis = millisOf(instant);
  return millis === null ? "" : format(zone, "time").format(millis);
}

/** `UTC`, or the browser's offset now, as `UTC+01:00`. */
export function zoneName(zone: Zone, now: number): string {
  if (zone === "utc") return "UTC";
  const minutes = -new Date(now).getTimezoneOffset();
  const part = (value: number): string => String(value).padStart(2, "0");
  return minutes === 0
    ? "UTC"
    : `UTC${minutes < 0 ? "−" : "+"}${part(Math.floor(Math.abs(minutes) / 60))}:${part(Math.abs(minutes) % 60)}`;
}

/** Milliseconds of an instant as APIs write it; null for none or what is none. */
export function millisOf(instant: string | null | undefined): number | null {
  if (instant === null || instant === undefined || instant === "") return null;
  const millis = Date.parse(instant);
  return Number.isNaN(millis) ? null : millis;
}

/** `420 ms`, `12.3 s`, `4 m 05 s`, `3 h 20 m`, `2 d 4 h`. */
export function formatDuration(millis: number | null): string {
  if (millis === null) return "";
  if (millis < 0) return "0 s";
  if (millis < 1000) return `${Math.round(millis)} ms`;
  const seconds = millis / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.floor(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, "0")} s`;
  if (whole < 86_400)
    return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} m`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** `3 m ago`, `in 2 h`; one unit is enough. */
export function formatDistance(millis: number, now: number): string {
  const distance = Math.abs(now - millis);
  const text =
    distance < 60_000
      ? `${Math.round(distance / 1000)} s`
      : distance < 3_600_000
        ? `${Math.round(distance / 60_000)} m`
        : distance < 86_400_000
          ? `${Math.round(distance / 3_600_000)} h`
          : `${Math.round(distance / 86_400_000)} d`;
  return millis > now ? `in ${text}` : `${text} ago`;
}
