import cronstrue from "cronstrue";
import type { Schedule } from "../../api/types/dag.ts";

/** A schedule in words; the expression itself in the title. */
export function ScheduleWords({ schedule }: { schedule: Schedule }) {
  return <span title={schedule.expression ?? schedule.text}>{scheduleWords(schedule)}</span>;
}

/** `At 03:00 AM`, `every 5 minutes`, `by hand or API only`. */
function scheduleWords({ kind, expression, timezone, seconds, text }: Schedule): string {
  if (kind === "none") return "–";
  if (kind === "once") return "Once";
  if (kind === "continuous") return "Continuously";
  if (kind === "every" && seconds !== undefined) return everyWords(seconds);
  if (kind !== "cron" || expression === undefined) return text;
  try {
    const words = cronstrue.toString(expression, { use24HourTimeFormat: true, verbose: false });
    return timezone === undefined || timezone === "UTC" ? words : `${words} (${timezone})`;
  } catch {
    return text;
  }
}

function everyWords(seconds: number): string {
  for (const [size, name] of [
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ] as const) {
    if (seconds % size === 0) return seconds === size ? `Every ${name}` : `Every ${seconds / size} ${name}s`;
  }
  return `Every ${seconds} seconds`;
}

/** A schedule in words, from v2's members: a cron expression is told, anything else is as the server says. */
export function timetableWords({
  timetable_summary: summary,
  timetable_description: description,
  timezone,
}: {
  readonly timetable_summary: string | null;
  readonly timetable_description: string | null;
  readonly timezone?: string | null;
}): string {
  if (summary === null) return description ?? "no schedule";
  return /^[\d*]\S*( \S+){4,5}$/.test(summary)
    ? scheduleWords({
        kind: "cron",
        expression: summary,
        text: description ?? summary,
        ...(timezone == null ? {} : { timezone }),
      })
    : (description ?? summary);
}
