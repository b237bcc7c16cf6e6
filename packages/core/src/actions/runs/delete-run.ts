import { refusal, RefusalError, type Verdict } from "@windlass/contract";
import { deleteRun as deleteRow, findRun, listOpenAttempts, type RunKey } from "../../store/hand-changes.ts";
import type { Action, Findings } from "../action.ts";
import { runFindings, unknownRun } from "./find-run.ts";

/** Which run to delete. */
export interface DeleteRunInput {
  readonly dagId: string;
  readonly runId: string;
}

/** Deletes a run with everything below it. Airflow 2 also takes a running one: its attempts are ended. */
export const deleteRun: Action<DeleteRunInput, DeleteRunInput, { readonly id: number }> = {
  name: "dag_run.delete",
  event: "delete_dag_run",
  subject: ({ dagId, runId }) => ({ dagId, runId }),
  async decide(context, request, { dagId, runId }): Promise<Findings<DeleteRunInput>> {
    const { run, verdicts } = await runFindings(context, dagId, runId);
    const all: Verdict[] = [...verdicts];
    if (run?.state === "running" && request.dialect !== "v1") all.push(isRunning(dagId, run));
    return { verdicts: all, warnings: [], plan: run ? { dagId, runId } : null };
  },
  async execute(tx, context, request, { dagId, runId }) {
    const run = await findRun(tx, dagId, runId, true);
    if (!run) throw new RefusalError(unknownRun(dagId, runId).refusal);
    if (run.state === "running" && request.dialect !== "v1") throw new RefusalError(isRunning(dagId, run).refusal);
    const attempts = await listOpenAttempts(tx, run.id);
    await deleteRow(tx, run.id);
    return {
      result: { id: run.id },
      extra: { state: run.state, logical_date: run.logicalDate },
      afterCommit: () => {
        if (attempts.length > 0) context.signals.cancelAttempts(attempts);
        context.signals.runChanged(run.id);
      },
    };
  },
};

function isRunning(dagId: string, run: RunKey): Verdict {
  const text = `The DagRun with dag_id: \`${dagId}\` and run_id: \`${run.runId}\` cannot be deleted in ${run.state} state`;
  const details = { currentValue: run.state, airflow: { v1: { title: "Conflict", detail: text }, v2: text } };
  return {
    phase: "state",
    refusal: refusal("run.running_cannot_delete", { dag_id: dagId, run_id: run.runId, state: run.state }, details),
  };
}
