import {
  type AssetCondition,
  type AssetKey,
  toAirflowText,
  type Instant,
  type SerializedSchedule,
} from "@windlass/contract";

/** A schedule in the words of Airflow's lists. */
export interface TimetableWords {
  readonly summary: string | null;
  readonly description: string;
  /** Whether runs come again and again by the clock. */
  readonly periodic: boolean;
}

/** How Airflow shows a schedule. */
export function timetableOf(schedule: SerializedSchedule): TimetableWords {
  switch (schedule.kind) {
    case "none":
      if (schedule.partition) {
        const description = "Partitioned at runtime (partition key set at task execution)";
        return { summary: "PartitionedAtRuntime", description, periodic: false };
      }
      return { summary: null, description: "Never, external triggers only", periodic: false };
    case "once":
      return { summary: "@once", description: "Once, as soon as possible", periodic: false };
    case "continuous":
      return {
        summary: "@continuous",
        description: "As frequently as possible, but only one run at a time.",
        periodic: false,
      };
    case "cron":
      return {
        summary: schedule.expression,
        description: `Cron ${schedule.expression} in ${schedule.timezone}`,
        periodic: true,
      };
    case "crons": {
      const all = schedule.expressions.join(", ");
      return { summary: all, description: `Cron ${all} in ${schedule.timezone}`, periodic: true };
    }
    case "every":
      return {
        summary: everyText(schedule.seconds),
        description: `Every ${everyText(schedule.seconds)}`,
        periodic: true,
      };
    case "dates":
      return { summary: `${schedule.dates.length} events`, description: datesText(schedule.dates), periodic: true };
    case "assets":
      return {
        summary: schedule.partition ? "Partitioned Asset" : "Asset",
        description: "Triggered by assets",
        periodic: false,
      };
    case "assets_or_time": {
      const { summary, description, periodic } = timetableOf(schedule.time);
      return { summary: `Asset or ${summary ?? ""}`, description: `Triggered by assets or ${description}`, periodic };
    }
    case "custom":
      return { summary: schedule.type, description: schedule.type, periodic: false };
  }
}

/** The condition on assets of a schedule; undefined where it has none. */
export function conditionOf(schedule: SerializedSchedule): AssetCondition | undefined {
  return schedule.kind === "assets" || schedule.kind === "assets_or_time" ? schedule.condition : undefined;
}

/** The assets of a condition. */
export function assetsOf(condition: AssetCondition): readonly AssetKey[] {
  if (condition.kind === "asset") return [condition];
  return condition.kind === "alias" ? [] : condition.of.flatMap(assetsOf);
}

/** Whether a schedule's runs stand for partitions. */
export function isPartitioned(schedule: SerializedSchedule): boolean {
  return (schedule.kind === "assets" || schedule.kind === "none") && schedule.partition !== undefined;
}

/** A list of dates as Airflow's EventsTimetable describes itself. */
function datesText(dates: readonly Instant[]): string {
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return "No events";
  const python = (moment: Instant): string => toAirflowText(moment, "+00:00").replace("T", " ");
  return `${dates.length} events between ${python(first)} and ${python(last)}`;
}

/** A span as Python writes a timedelta: `1 day, 0:00:00`. */
function everyText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const clock = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19).replace(/^0/, "");
  return days === 0 ? clock : `${days} day${days === 1 ? "" : "s"}, ${clock}`;
}
