import { assertNever, type SerializedSchedule } from "@windlass/contract";
import { expandPreset } from "./presets.ts";

/** A span as Python prints a timedelta, which is how Airflow shows it: `0:15:00`, `1 day, 0:00:00`. */
function spanText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const pad = (value: number): string => String(value).padStart(2, "0");
  const fraction = rest % 1 === 0 ? "" : `.${(rest % 1).toFixed(6).slice(2)}`;
  const clock = `${Math.floor(rest / 3600)}:${pad(Math.floor((rest % 3600) / 60))}:${pad(Math.floor(rest % 60))}${fraction}`;
  return days === 0 ? clock : `${days} day${days === 1 ? "" : "s"}, ${clock}`;
}

/** A schedule in short, as Airflow's `timetable_summary`; null where there is none. */
export function describe(schedule: SerializedSchedule): string | null {
  switch (schedule.kind) {
    case "none":
      return null;
    case "once":
      return "@once";
    case "continuous":
      return "@continuous";
    case "cron":
      return expandPreset(schedule.expression);
    case "crons":
      return schedule.expressions.map(expandPreset).join(", ");
    case "every":
      return spanText(schedule.seconds);
    case "dates":
      return `${schedule.dates.length} events`;
    case "assets":
      return "Asset";
    case "assets_or_time":
      return `Asset or ${describe(schedule.time) ?? ""}`;
    case "custom":
      return schedule.type;
    default:
      return assertNever(schedule);
  }
}

/** An expression at one time of each hour or day in words, as Airflow's cron descriptor writes them; empty for others. */
function cronInWords(expression: string): string {
  const [minute = "", hour = "", ...days] = expandPreset(expression).trim().split(/\s+/);
  if (days.join(" ") !== "* * *" || !/^\d+$/.test(minute)) return "";
  if (/^\d+$/.test(hour)) return `At ${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (hour !== "*") return "";
  return minute === "0" ? "Every hour" : `At ${Number(minute)} minutes past the hour`;
}

/** A schedule in words, as Airflow's `timetable_description`. */
export function describeInWords(schedule: SerializedSchedule): string {
  switch (schedule.kind) {
    case "none":
      return "Never, external triggers only";
    case "once":
      return "Once, as soon as possible";
    case "continuous":
      return "As frequently as possible, but only one run at a time.";
    case "cron":
      return cronInWords(schedule.expression);
    case "crons":
      return schedule.expressions.map(cronInWords).join(", ");
    case "assets":
      return "Triggered by assets";
    case "assets_or_time":
      return `Triggered by assets or ${describeInWords(schedule.time)}`;
    case "every":
    case "dates":
    case "custom":
      return "";
    default:
      return assertNever(schedule);
  }
}
