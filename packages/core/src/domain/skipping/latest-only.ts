import type { Instant } from "@windlass/contract";
import { ticksOf } from "../schedule/ticks.ts";
import type { RunSnapshot } from "../snapshot.ts";

/**
 * Whether a run is the latest of its Dag's schedule: no later tick has passed. A run by hand, and one of a schedule without ticks, always is, as on
 * Airflow.
 */
export function isLatestRun({ runType, runAfter, graph }: RunSnapshot, now: Instant): boolean {
  const { schedule, startDate } = graph.dag;
  if (runType === "manual") return true;
  if (schedule.kind === "dates") return !schedule.dates.some((moment) => moment > runAfter && moment < now);
  const timed = schedule.kind === "assets_or_time" ? schedule.time : schedule;
  if (timed.kind !== "cron" && timed.kind !== "every") return true;
  const next = ticksOf(timed, startDate).after(runAfter);
  return next === null || now <= next;
}
