import { nearest, refusal, type Verdict } from "@windlass/contract";
import { findRun, listRecentRunIds, type RunKey } from "../../store/hand-changes.ts";
import type { ActionContext } from "../context.ts";

/** The run that a request names, or the verdict that there is none, with the nearest id. */
export async function runFindings(
  context: ActionContext,
  dagId: string,
  runId: string,
): Promise<{ readonly run: RunKey | undefined; readonly verdicts: readonly Verdict[] }> {
  const run = await findRun(context.database, dagId, runId);
  if (run) return { run, verdicts: [] };
  return { run, verdicts: [unknownRun(dagId, runId, nearest(runId, await listRecentRunIds(context.database, dagId)))] };
}

/** That a Dag has no such run. */
export function unknownRun(dagId: string, runId: string, near?: string): Verdict {
  const airflow = {
    v1: { title: "DAGRun not found", detail: `DAGRun with DAG ID: '${dagId}' and DagRun ID: '${runId}' not found` },
    v2: `The DagRun with dag_id: \`${dagId}\` and run_id: \`${runId}\` was not found`,
  };
  return {
    phase: "existence",
    refusal: refusal(
      "run.unknown",
      { dag_id: dagId, run_id: runId, near: near === undefined ? "" : ` Did you mean ${near}?` },
      { airflow, pointer: "path/dag_run_id" },
    ),
  };
}
