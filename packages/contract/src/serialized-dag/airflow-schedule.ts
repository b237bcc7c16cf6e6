import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { AssetCondition, SerializedSchedule } from "./schedule.ts";

/** Airflow's condition on assets; null where it has a part that has no kind of ours. */
function conditionFromAirflow(source: JsonValue): AssetCondition | null {
  if (!isJsonObject(source)) return null;
  const { name, uri, group, objects } = source;
  if (source.__type === "asset" && typeof name === "string" && typeof uri === "string") {
    return { kind: "asset", name, uri, group: typeof group === "string" ? group : "asset" };
  }
  if (source.__type === "asset_alias" && typeof name === "string") return { kind: "alias", name };
  const isAll = source.__type === "asset_all";
  if ((!isAll && source.__type !== "asset_any") || !Array.isArray(objects)) return null;
  const of = (objects as readonly JsonValue[]).map(conditionFromAirflow);
  return of.every((each) => each !== null) ? { kind: isAll ? "all" : "any", of } : null;
}

function assetsFromAirflow(source: JsonValue): SerializedSchedule | null {
  const condition = conditionFromAirflow(source);
  return condition === null ? null : { kind: "assets", condition };
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
      return assetsFromAirflow(data.asset_condition ?? null) ?? custom;
    default:
      return custom;
  }
}
