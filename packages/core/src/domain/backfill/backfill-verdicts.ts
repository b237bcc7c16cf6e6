import { type Instant, refusal, type SerializedDag, toAirflowText, type Verdict } from "@windlass/contract";
import { describe } from "../schedule/describe.ts";
import type { ReprocessBehavior } from "./reprocess.ts";
import { type DateRange, fillableSchedule } from "./schedule-dates.ts";

/** What of a backfill the Dag and the clock may speak against. */
export interface AskedBackfill extends DateRange {
  readonly runBackwards: boolean;
  readonly reprocessBehavior: ReprocessBehavior;
}

/** What speaks against a backfill of a Dag, in the order in which Airflow finds it. */
export function backfillVerdicts(dag: SerializedDag, asked: AskedBackfill, now: Instant): readonly Verdict[] {
  return [...scheduleVerdicts(dag), ...rangeVerdicts(asked, now), ...pastVerdicts(dag, asked)];
}

function scheduleVerdicts(dag: SerializedDag): readonly Verdict[] {
  const { dagId, allowedRunTypes } = dag;
  const verdicts: Verdict[] = [];
  if (allowedRunTypes !== null && !allowedRunTypes.includes("backfill")) {
    const airflow = { v2: `Dag with dag_id: '${dagId}' does not allow backfill runs` };
    const data = { dag_id: dagId, allowed: allowedRunTypes.join(", ") };
    verdicts.push({ phase: "state", refusal: refusal("backfill.run_type_closed", data, { airflow }) });
  }
  if (fillableSchedule(dag.schedule) === null) {
    const airflow = { v2: `${dagId} has a non-periodic schedule that does not support backfills` };
    const data = { dag_id: dagId, schedule: describe(dag.schedule) ?? "none" };
    verdicts.push({ phase: "state", refusal: refusal("backfill.not_periodic", data, { airflow }) });
  }
  return verdicts;
}

function rangeVerdicts({ from, to }: DateRange, now: Instant): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  if (from > to) {
    const said = `from_date (${toAirflowText(from, "+00:00")}) must not be after to_date (${toAirflowText(to, "+00:00")}).`;
    const details = { pointer: "/from_date", actual: from, expected: `${to} or earlier`, airflow: { v2: said } };
    verdicts.push({
      phase: "run",
      refusal: refusal("backfill.dates_reversed", { from_date: from, to_date: to }, details),
    });
  }
  if (from >= now && to >= now) {
    const airflow = { v2: "Backfill cannot be executed for future dates." };
    verdicts.push({ phase: "run", refusal: refusal("backfill.in_future", {}, { pointer: "/from_date", airflow }) });
  }
  return verdicts;
}

function pastVerdicts(dag: SerializedDag, { runBackwards, reprocessBehavior }: AskedBackfill): readonly Verdict[] {
  const task = dag.tasks.find((each) => each.dependsOnPast || each.waitForDownstream);
  if (task === undefined) return [];
  const data = { dag_id: dag.dagId, task_id: task.taskId };
  const verdicts: Verdict[] = [];
  if (runBackwards) {
    const airflow = { v2: "Backfill cannot be run in reverse when the Dag has tasks where depends_on_past=True." };
    const details = { pointer: "/run_backwards", actual: true, expected: false, airflow };
    verdicts.push({ phase: "run", refusal: refusal("backfill.backwards_depends_on_past", data, details) });
  }
  if (reprocessBehavior === "none") {
    const airflow = {
      v2: "Dag has tasks for which depends_on_past=True. You must set reprocess behavior to reprocess completed or reprocess failed.",
    };
    const details = { pointer: "/reprocess_behavior", actual: "none", expected: ["failed", "completed"], airflow };
    verdicts.push({ phase: "run", refusal: refusal("backfill.reprocess_depends_on_past", data, details) });
  }
  return verdicts;
}
