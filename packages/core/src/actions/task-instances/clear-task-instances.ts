import { refusal, type Verdict } from "@windlass/contract";
import { clearTaskInstances as clear } from "../../domain/clear.ts";
import type { TaskInstanceSelection } from "../../domain/select-task-instances.ts";
import { selectForClear } from "../../domain/setup-teardown/select-for-clear.ts";
import type { Action } from "../action.ts";
import { dagExists } from "../dags/dag-findings.ts";
import type { AffectedTaskInstance } from "./affected.ts";
import { changeTaskInstances } from "./change-task-instances.ts";
import { runsInQuestion, type RunsInQuestion, runVerdicts } from "./runs-in-question.ts";
import { unknownTask } from "./unknown-task.ts";

/** Which task instances to clear. */
export interface ClearInput {
  readonly dagId: string;
  readonly runs: RunsInQuestion;
  readonly selection: TaskInstanceSelection;
  /** Only tell which would be cleared. */
  readonly dryRun: boolean;
}

/** Clears task instances, so that they are executed again; runs that were over go on. */
export const clearTaskInstances: Action<ClearInput, ClearInput, readonly AffectedTaskInstance[]> = {
  name: "task_instance.clear",
  event: "clear_task_instances",
  subject: ({ dagId, runs }) => ({ dagId, ...("runId" in runs ? { runId: runs.runId } : {}) }),
  async decide(context, request, input) {
    const { facts, verdicts } = await dagExists(context, request.principal, input.dagId);
    const all: Verdict[] = [...verdicts];
    if (facts) all.push(...(await runVerdicts(context, input.dagId, input.runs)));
    const known = facts?.dag?.tasks.map(({ taskId }) => taskId);
    for (const taskId of input.selection.taskIds ?? [])
      if (known && !known.includes(taskId)) all.push(unknownTask(input.dagId, taskId, known));
    const { onlyFailed, onlyRunning } = input.selection;
    if (onlyFailed === true && onlyRunning === true) {
      const data = {
        part: "body",
        name: "only_running",
        problem: "only_failed and only_running exclude each other",
        expected: "one of the two",
      };
      const airflow = {
        v1: { title: "Bad Request", detail: "{'_schema': ['only_failed and only_running both are set to True']}" },
      };
      all.push({
        phase: "fields",
        refusal: refusal("request.field_wrong", data, { pointer: "/only_running", airflow }),
      });
    }
    return { verdicts: all, warnings: [], plan: input };
  },
  async execute(tx, context, _request, { dagId, runs, selection, dryRun }) {
    const changed = await changeTaskInstances(tx, context, await runsInQuestion(tx, dagId, runs), {
      dryRun,
      select: (run) => selectForClear(run, selection),
      decide: (run, ids) => clear(run, ids),
    });
    return {
      result: changed.affected,
      extra: { dry_run: dryRun, task_instances: changed.affected.length },
      afterCommit: changed.afterCommit,
    };
  },
};

/** As `clearTaskInstances`, for a whole run, which has a right of its own. */
export const clearRun: typeof clearTaskInstances = {
  ...clearTaskInstances,
  name: "dag_run.clear",
  event: "clear_dag_run",
};
