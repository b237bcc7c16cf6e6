import {
  type Instant,
  nearest,
  nextCronMinute,
  parseCron,
  type PointOptions,
  type SerializedSchedule,
} from "@windlass/contract";
import type { CallSite } from "../authoring/call-site.ts";
import { durationSeconds } from "../authoring/duration.ts";
import {
  type AssetOrTimeSchedule,
  type CronOptions,
  type CronSchedule,
  type CustomSchedule,
  type DateListSchedule,
  type EverySchedule,
  type PartitionedSchedule,
  SCHEDULE_PRESETS,
  type TimetableFunctions,
} from "../authoring/schedule.ts";
import { isAssetSchedule, serializeCondition } from "./assets.ts";
import { isTimezone, readDate } from "./dates.ts";
import { serializePartitioning } from "./partitions.ts";
import { nameValue, type Problems } from "./problems.ts";

/** The Dag that a schedule belongs to, for sentences. */
export interface ScheduleOwner {
  readonly dagId: string;
  readonly timezone: string;
  readonly site: CallSite;
}

const NONE: SerializedSchedule = { kind: "none" };

/** Notes a zone that does not exist. @returns whether it exists */
export function checkTimezone(
  timezone: unknown,
  owner: Omit<ScheduleOwner, "timezone">,
  problems: Problems,
): timezone is string {
  if (typeof timezone === "string" && isTimezone(timezone)) return true;
  const near = typeof timezone === "string" ? nearest(timezone, Intl.supportedValuesOf("timeZone")) : undefined;
  const data = {
    dag_id: owner.dagId,
    timezone: nameValue(timezone),
    nearest: near === undefined ? "" : ` Did you mean ${near}?`,
  };
  problems.add("dag_file.bad_timezone", data, owner.site);
  return false;
}

/** Why an expression is no cron expression of five fields; null where it is one that ever comes due. */
function cronProblem(expression: string): string | null {
  const parsed = parseCron(expression);
  if (!parsed.ok) return parsed.problem;
  return nextCronMinute(parsed.fields, 0) === null ? "it never comes due" : null;
}

function serializeCron(schedule: CronSchedule, owner: ScheduleOwner, problems: Problems): SerializedSchedule {
  const { expression: given, options } = schedule;
  const timezone = options.timezone ?? owner.timezone;
  const expressions: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (expressions.length === 0) return refuse(given, owner, problems);
  for (const each of expressions) {
    if (typeof each !== "string") return refuse(given, owner, problems);
    const problem = cronProblem(each);
    if (problem === null) continue;
    problems.add("dag_file.bad_cron", { dag_id: owner.dagId, expression: nameValue(each), problem }, owner.site);
    return NONE;
  }
  if (options.timezone !== undefined && !checkTimezone(timezone, owner, problems)) return NONE;
  const interval = options.interval ?? "point";
  const point = pointOptions(options, interval, owner, problems);
  const clean = expressions.map((each) => String(each).trim().replace(/\s+/g, " "));
  const [first = "", ...others] = clean;
  if (others.length === 0) return { kind: "cron", expression: first, timezone, interval, ...point };
  // Airflow has no timetable of several expressions whose intervals reach from tick to tick.
  return interval === "data"
    ? refuse(`several expressions with interval: "data"`, owner, problems)
    : { kind: "crons", expressions: clean, timezone, ...point };
}

/** Options of runs that stand for their ticks; beside `interval: "data"` there is no place for them. */
function pointOptions(
  { width, runImmediately }: CronOptions,
  interval: "point" | "data",
  owner: ScheduleOwner,
  problems: Problems,
): PointOptions {
  if (interval === "data" && (width !== undefined || runImmediately !== undefined)) {
    refuse(`width or runImmediately with interval: "data"`, owner, problems);
    return {};
  }
  const widthSeconds = width === undefined ? undefined : seconds(width, "schedule.width", owner, problems);
  const soon =
    runImmediately === undefined || runImmediately === true
      ? runImmediately
      : seconds(runImmediately, "schedule.runImmediately", owner, problems);
  return {
    ...(widthSeconds !== undefined && widthSeconds > 0 && { widthSeconds }),
    ...(soon !== undefined && { runImmediately: soon }),
  };
}

function seconds(span: unknown, option: string, owner: ScheduleOwner, problems: Problems): number | undefined {
  const found = durationSeconds(span);
  if (found !== undefined) return found;
  const data = { where: `the Dag ${owner.dagId}`, option, actual: nameValue(span), hint: "" };
  problems.add("dag_file.bad_duration", data, owner.site);
  return undefined;
}

function serializeEvery(schedule: EverySchedule, owner: ScheduleOwner, problems: Problems): SerializedSchedule {
  const every = durationSeconds(schedule.span);
  if (every !== undefined && every >= 1) {
    const interval = schedule.options.interval ?? "point";
    const { widthSeconds } = pointOptions(schedule.options, interval, owner, problems);
    return { kind: "every", seconds: every, interval, ...(widthSeconds !== undefined && { widthSeconds }) };
  }
  const hint = every === undefined ? "" : " It must be at least one second.";
  const data = {
    where: `the Dag ${owner.dagId}`,
    option: "schedule",
    actual: `every(${nameValue(schedule.span)})`,
    hint,
  };
  problems.add("dag_file.bad_duration", data, owner.site);
  return NONE;
}

function serializeDates({ dates }: DateListSchedule, owner: ScheduleOwner, problems: Problems): SerializedSchedule {
  if (!Array.isArray(dates)) return refuse(dates, owner, problems);
  const moments = new Set<Instant>();
  for (const value of dates as readonly unknown[]) {
    const moment = readDate(value, owner.timezone);
    if (moment !== undefined) moments.add(moment);
    else {
      const data = { where: `the Dag ${owner.dagId}`, option: "schedule", actual: nameValue(value) };
      problems.add("dag_file.bad_date", data, owner.site);
    }
  }
  return { kind: "dates", dates: [...moments].sort() };
}

function serializeAssets(schedule: unknown, owner: ScheduleOwner, problems: Problems): SerializedSchedule {
  const named = { where: `the schedule of the Dag ${owner.dagId}`, site: owner.site };
  const condition = serializeCondition(schedule, named, problems);
  return condition === undefined ? NONE : { kind: "assets", condition };
}

function serializePartitioned(
  schedule: PartitionedSchedule,
  owner: ScheduleOwner,
  problems: Problems,
): SerializedSchedule {
  const assets = serializeAssets(schedule.condition, owner, problems);
  if (assets.kind !== "assets") return NONE;
  const found = serializePartitioning(schedule.options);
  const isAliased = JSON.stringify(assets.condition).includes('"kind":"alias"');
  if ("problem" in found || isAliased) {
    const problem = "problem" in found ? found.problem : "a schedule by partitions takes no aliases";
    const where = `the schedule of the Dag ${owner.dagId}`;
    problems.add("dag_file.bad_asset", { where, asset: "partitions", problem }, owner.site);
    return NONE;
  }
  return { ...assets, partition: found.partition };
}

function serializeAssetOrTime(
  schedule: AssetOrTimeSchedule,
  owner: ScheduleOwner,
  problems: Problems,
): SerializedSchedule {
  const assets = serializeAssets(schedule.condition, owner, problems);
  const time = serializeSchedule(schedule.time, owner, problems);
  if (assets.kind !== "assets") return NONE;
  if (
    time.kind !== "cron" &&
    time.kind !== "crons" &&
    time.kind !== "every" &&
    time.kind !== "dates" &&
    time.kind !== "custom"
  ) {
    return time === NONE ? NONE : refuse(schedule.time, owner, problems);
  }
  return { kind: "assets_or_time", condition: assets.condition, time };
}

function serializeCustom({ functions }: CustomSchedule, owner: ScheduleOwner, problems: Problems): SerializedSchedule {
  const given: unknown = functions;
  const wrong = (problem: string): SerializedSchedule => {
    problems.add("dag_file.bad_timetable", { dag_id: owner.dagId, problem }, owner.site);
    return NONE;
  };
  if (typeof given !== "object" || given === null) return wrong("it is no object of functions");
  const { name, description, nextRun, inferManualDataInterval } = functions as Partial<TimetableFunctions>;
  if (typeof name !== "string" || name === "") return wrong("it has no name");
  if (typeof nextRun !== "function") return wrong("nextRun is no function");
  if (inferManualDataInterval !== undefined && typeof inferManualDataInterval !== "function")
    return wrong("inferManualDataInterval is no function");
  if (description !== undefined && typeof description !== "string") return wrong("its description is no text");
  return {
    kind: "custom",
    type: name,
    data: {
      ...(description !== undefined && { description }),
      ...(inferManualDataInterval !== undefined && { infers_manual_interval: true }),
    },
  };
}

function refuse(schedule: unknown, owner: ScheduleOwner, problems: Problems): SerializedSchedule {
  problems.add("dag_file.bad_schedule", { dag_id: owner.dagId, actual: nameValue(schedule) }, owner.site);
  return NONE;
}

/** A Dag's schedule as data. */
export function serializeSchedule(schedule: unknown, owner: ScheduleOwner, problems: Problems): SerializedSchedule {
  if (schedule === undefined || schedule === null || schedule === "") return NONE;
  if (schedule === "@once") return { kind: "once" };
  if (schedule === "@continuous") return { kind: "continuous" };
  if (typeof schedule === "string") {
    if (!schedule.startsWith("@"))
      return serializeCron({ kind: "cron", expression: schedule, options: {} }, owner, problems);
    const expression = (SCHEDULE_PRESETS as Readonly<Record<string, string>>)[schedule];
    return expression === undefined
      ? refuse(schedule, owner, problems)
      : { kind: "cron", expression, timezone: owner.timezone, interval: "point" };
  }
  if (isAssetSchedule(schedule)) return serializeAssets(schedule, owner, problems);
  if (typeof schedule !== "object" || !("kind" in schedule)) return refuse(schedule, owner, problems);
  if (schedule.kind === "cron") return serializeCron(schedule as CronSchedule, owner, problems);
  if (schedule.kind === "every") return serializeEvery(schedule as EverySchedule, owner, problems);
  if (schedule.kind === "custom") return serializeCustom(schedule as CustomSchedule, owner, problems);
  if (schedule.kind === "dates") return serializeDates(schedule as DateListSchedule, owner, problems);
  if (schedule.kind === "partitioned") return serializePartitioned(schedule as PartitionedSchedule, owner, problems);
  if (schedule.kind === "partitioned_at_runtime") return { kind: "none", partition: true };
  if (schedule.kind === "assets_or_time") return serializeAssetOrTime(schedule as AssetOrTimeSchedule, owner, problems);
  return refuse(schedule, owner, problems);
}
