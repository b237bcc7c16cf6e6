import type { Instant, Verdict } from "@windlass/contract";
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

/** That there is no such run, where one is named: found after the request's own faults, as on Airflow 2. */
export async function runVerdicts(
  context: ActionContext,
  dagId: string,
  runs: RunsInQuestion,
): Promise<readonly Verdict[]> {
  if (!("runId" in runs)) return [];
  const { verdicts } = await runFindings(context, dagId, runs.runId);
  return verdicts.map(({ refusal }): Verdict => ({ phase: "conflict", refusal }));
}

/** Keys of the runs in question, oldest first. */
export async function runsInQuestion(sql: Sql, dagId: string, runs: RunsInQuestion): Promise<readonly number[]> {
  const keys = async (span: LogicalDateSpan): Promise<readonly number[]> =>
    (await listRunsBetween(sql, dagId, span, MOST_RUNS)).map(({ id }) => id);
  if (!("runId" in runs)) return keys(runs);
  const run = await findRun(sql, dagId, runs.runId);
  if (run === undefined) return [];
  if ((runs.past !== true && runs.future !== true) || run.logicalDate === null) return [run.id];
  const others = await keys({
    from: runs.past === true ? null : run.logicalDate,
    to: runs.future === true ? null : run.logicalDate,
  });
  return others.includes(run.id) ? others : [...others, run.id];
}
