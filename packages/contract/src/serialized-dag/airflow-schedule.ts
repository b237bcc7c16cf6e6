import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { SerializedSchedule } from "./schedule.ts";

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
      return isJsonObject(data.asset_condition) ? { kind: "assets", condition: data.asset_condition } : custom;
    default:
      return custom;
  }
}
