import { type Instant, refusal, refuse, type Verdict } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { listRunsBetween, type LogicalDateSpan } from "../../store/runs-between.ts";
import { findRun } from "../../store/hand-changes.ts";
import type { ActionContext } from "../context.ts";
import { runFindings } from "../runs/find-run.ts";

/** Which runs of a Dag a change by hand is about: one with perhaps those before or after it, or all of a span. */
export type RunsInQuestion =
  | { readonly runId: string; readonly past?: boolean | undefined; readonly future?: boolean | undefined }
  | { readonly from: Instant | null; readonly to: Instant | null };

/** No request by hand changes more runs than this at once. */
const MOST_RUNS = 1000;

/** Which of the runs before and after a named one count: all, those that the schedule made, or none. */
export type Neighbours = "all" | "scheduled" | "none";

/** That there is no such run, where one is named: found after the request's own faults, as on Airflow 2. */
export async function runVerdicts(
  context: ActionContext,
  dagId: string,
  runs: RunsInQuestion,
): Promise<readonly Verdict[]> {
  if (!("runId" in runs)) return [];
  const { run, verdicts } = await runFindings(context, dagId, runs.runId);
  if (run?.logicalDate === null && (runs.past === true || runs.future === true))
    return [noLogicalDate(dagId, runs.runId)];
  return verdicts.map(({ refusal }): Verdict => ({ phase: "conflict", refusal }));
}

/** Keys of the runs in question, oldest first. @throws RefusalError where there are too many */
export async function runsInQuestion(
  sql: Sql,
  dagId: string,
  runs: RunsInQuestion,
  neighbours: Neighbours = "all",
): Promise<readonly number[]> {
  const between = async (span: LogicalDateSpan): Promise<readonly number[]> => {
    const found = await listRunsBetween(sql, dagId, span, MOST_RUNS + 1);
    if (found.length > MOST_RUNS)
      throw refuse("limit.runs_at_once", { dag_id: dagId, limit: MOST_RUNS }, { limit: MOST_RUNS });
    return found.filter(({ isScheduled }) => neighbours === "all" || isScheduled).map(({ id }) => id);
  };
  if (!("runId" in runs)) return between(runs);
  const run = await findRun(sql, dagId, runs.runId);
  if (run === undefined) return [];
  const alone = neighbours === "none" || (runs.past !== true && runs.future !== true);
  if (alone || run.logicalDate === null) return [run.id];
  const others = await between({
    from: runs.past === true ? null : run.logicalDate,
    to: runs.future === true ? null : run.logicalDate,
  });
  return others.includes(run.id) ? others : [...others, run.id];
}

function noLogicalDate(dagId: string, runId: string): Verdict {
  const said = "Cannot use include_past or include_future with no logical_date(e.g. manually or asset-triggered).";
  return {
    phase: "state",
    refusal: refusal(
      "run.no_logical_date",
      { dag_id: dagId, run_id: runId },
      { airflow: { v1: { title: "Bad Request", detail: said }, v2: said } },
    ),
  };
}
