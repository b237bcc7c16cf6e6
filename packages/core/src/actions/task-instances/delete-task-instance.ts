import { RefusalError } from "@windlass/contract";
import { findRun } from "../../store/hand-changes.ts";
import { deleteTaskInstance as deleteRow, findTaskInstanceIds } from "../../store/task-instances-by-hand.ts";
import type { Action } from "../action.ts";
import { readRun } from "../runs/change-run.ts";
import { unknownTaskInstance } from "./unknown-task-instance.ts";

/** Which task instance to delete. */
export interface DeleteTaskInstanceInput {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  /** -1: the one that is not mapped. */
  readonly mapIndex: number;
}

const OPEN: readonly (string | null)[] = ["queued", "running", "restarting"];

/**
 * Deletes a task instance with its tries and XComs. A run that is not over makes nothing in its place: as on Airflow the tasks below wait, until the
 * run is found stuck.
 */
export const deleteTaskInstance: Action<DeleteTaskInstanceInput, DeleteTaskInstanceInput, { readonly id: number }> = {
  name: "task_instance.delete",
  event: "delete_task_instance",
  subject: ({ dagId, runId, taskId, mapIndex }) => ({ dagId, runId, taskId, mapIndex }),
  async decide(context, _request, input) {
    const run = await findRun(context.database, input.dagId, input.runId);
    const ids = run ? await findTaskInstanceIds(context.database, run.id, input.taskId, input.mapIndex) : [];
    return { verdicts: ids.length > 0 ? [] : [unknown(input)], warnings: [], plan: input };
  },
  async execute(tx, context, _request, input) {
    const run = await findRun(tx, input.dagId, input.runId, true);
    const [id] = run ? await findTaskInstanceIds(tx, run.id, input.taskId, input.mapIndex) : [];
    if (!run || id === undefined) throw new RefusalError(unknown(input).refusal);
    const instance = (await readRun(tx, run.id)).taskInstances.find((each) => each.id === id);
    await deleteRow(tx, run.id, id);
    return {
      result: { id },
      extra: { state: instance?.state ?? null, try_number: instance?.tryNumber ?? 0 },
      afterCommit: () => {
        if (instance && OPEN.includes(instance.state)) context.signals.cancelAttempts([instance.attemptId]);
        context.signals.runChanged(run.id);
      },
    };
  },
};

function unknown(input: DeleteTaskInstanceInput) {
  const said = `The Task Instance with dag_id: \`${input.dagId}\`, run_id: \`${input.runId}\`, task_id: \`${input.taskId}\` and map_index: \`${String(input.mapIndex)}\` was not found`;
  return unknownTaskInstance({ ...input, run: { runId: input.runId } }, said);
}
