import { parseCron } from "../cron/parse-cron.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { parseInstant } from "../time.ts";
import { conditionFromAirflow } from "./airflow-assets.ts";
import type { PointOptions, SerializedSchedule, TimedSchedule } from "./schedule.ts";

/** A schedule that the clock decides; undefined for any other. */
function timed(schedule: SerializedSchedule): TimedSchedule | undefined {
  const { kind } = schedule;
  return kind === "cron" || kind === "crons" || kind === "every" || kind === "dates" || kind === "custom"
    ? schedule
    : undefined;
}

function assetsFromAirflow({ asset_condition: source, timetable }: JsonObject): SerializedSchedule | null {
  const condition = conditionFromAirflow(source ?? null);
  if (condition === null || timetable === undefined) return condition && { kind: "assets", condition };
  const time = timed(scheduleFromAirflow(timetable));
  return time === undefined ? null : { kind: "assets_or_time", condition, time };
}

/** An expression that ours reads too: of five fields. Airflow lets others pass that it does not describe. */
function isCron(expression: JsonValue | undefined): expression is string {
  return typeof expression === "string" && (expression.startsWith("@") || parseCron(expression).ok);
}

/** Width and first run of a timetable whose runs stand for their ticks; null where they have no place in ours, as a width in months. */
function pointOptions({ interval = 0, run_immediately: first = false }: JsonObject): PointOptions | null {
  if (typeof interval !== "number" || (typeof first !== "boolean" && typeof first !== "number")) return null;
  return {
    ...(interval > 0 && { widthSeconds: interval }),
    ...(first !== false && { runImmediately: first }),
  };
}

/** Airflow's list of dates; null where runs by hand move to the dates too, which ours does not. */
function datesFromAirflow({
  event_dates: dates,
  restrict_to_events: restricted,
}: JsonObject): SerializedSchedule | null {
  if (!Array.isArray(dates) || restricted === true) return null;
  const moments = (dates as readonly JsonValue[]).map((each) =>
    typeof each === "string" ? parseInstant(each) : undefined,
  );
  return moments.every((each) => each !== undefined) ? { kind: "dates", dates: [...new Set(moments)].sort() } : null;
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
    case "CronTriggerTimetable": {
      const options = pointOptions(data);
      if (!isCron(expression) || typeof timezone !== "string" || options === null) return custom;
      return { kind: "cron", expression, timezone, interval: "point", ...options };
    }
    case "MultipleCronTriggerTimetable": {
      const options = pointOptions(data);
      const expressions = Array.isArray(data.expressions) ? (data.expressions as readonly JsonValue[]) : [];
      const readable = expressions.filter(isCron);
      if (readable.length !== expressions.length || readable.length === 0) return custom;
      if (typeof timezone !== "string" || options === null) return custom;
      return { kind: "crons", expressions: readable, timezone, ...options };
    }
    case "CronDataIntervalTimetable":
      if (!isCron(expression) || typeof timezone !== "string") return custom;
      return { kind: "cron", expression, timezone, interval: "data" };
    case "DeltaDataIntervalTimetable":
      return typeof data.delta === "number" ? { kind: "every", seconds: data.delta, interval: "data" } : custom;
    case "DeltaTriggerTimetable": {
      const options = pointOptions(data);
      if (typeof data.delta !== "number" || options === null) return custom;
      return { kind: "every", seconds: data.delta, interval: "point", ...options };
    }
    case "EventsTimetable":
      return datesFromAirflow(data) ?? custom;
    case "AssetTriggeredTimetable":
    case "AssetOrTimeSchedule":
      return assetsFromAirflow(data) ?? custom;
    default:
      return custom;
  }
}
