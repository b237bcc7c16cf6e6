import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { conditionFromAirflow } from "./airflow-assets.ts";
import type { SerializedSchedule, TimedSchedule } from "./schedule.ts";

/** A schedule that the clock decides; undefined for any other. */
function timed(schedule: SerializedSchedule): TimedSchedule | undefined {
  const { kind } = schedule;
  return kind === "cron" || kind === "every" || kind === "dates" || kind === "custom" ? schedule : undefined;
}

function assetsFromAirflow({ asset_condition: source, timetable }: JsonObject): SerializedSchedule | null {
  const condition = conditionFromAirflow(source ?? null);
  if (condition === null || timetable === undefined) return condition && { kind: "assets", condition };
  const time = timed(scheduleFromAirflow(timetable));
  return time === undefined ? null : { kind: "assets_or_time", condition, time };
}

/** Airflow's timetable as a schedule; one that has no kind of ours is `custom`, with all its data. */
export function scheduleFromAirflow(timetable: JsonValue): SerializedSchedule {
  if (!isJsonObject(timetable)) return { kind: "none" };
  const type = typeof timetable.__type === "string" ? timetable.__type : "unknown";
  const data: JsonObject = isJsonObject(timetable.__var) ? timetable.__var : {};
  const custom: SerializedSchedule = { kind: "custom", type, data };
  const { expression, timezone } = data;
  switch (type.slice(type.lastIndexOf(".") + 1)) {
    case "NullTimetable":
      return { kind: "none" };
    case "OnceTimetable":
      return { kind: "once" };
    case "ContinuousTimetable":
      return { kind: "continuous" };
    case "CronTriggerTimetable":
      // Two of its settings have no place in ours; their defaults are what ours does.
      if (
        typeof expression !== "string" ||
        typeof timezone !== "string" ||
        data.interval !== 0 ||
        data.run_immediately !== false
      ) {
        return custom;
      }
      return { kind: "cron", expression, timezone, interval: "point" };
    case "CronDataIntervalTimetable":
      if (typeof expression !== "string" || typeof timezone !== "string") return custom;
      return { kind: "cron", expression, timezone, interval: "data" };
    case "DeltaDataIntervalTimetable":
      return typeof data.delta === "number" ? { kind: "every", seconds: data.delta, interval: "data" } : custom;
    case "AssetTriggeredTimetable":
    case "AssetOrTimeSchedule":
      return assetsFromAirflow(data) ?? custom;
    default:
      return custom;
  }
}
