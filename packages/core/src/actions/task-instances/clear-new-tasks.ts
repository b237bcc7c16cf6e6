import { RefusalError, type SerializedTask } from "@windlass/contract";
import { clearTaskInstances } from "../../domain/clear.ts";
import { noteVerdicts } from "../../domain/decide/sizes.ts";
import { isInSpan } from "../../domain/task-span.ts";
import { findRun, setRunNote } from "../../store/hand-changes.ts";
import { countClear } from "../../store/run-versions.ts";
import { findTaskIdsOfRun } from "../../store/task-instances-by-hand.ts";
import type { Action } from "../action.ts";
import { dagExists } from "../dags/dag-findings.ts";
import { changeRun, readRun } from "../runs/change-run.ts";
import { runFindings, unknownRun } from "../runs/find-run.ts";
import { moveToNewest } from "./move-to-newest.ts";

/** Which run is to get the tasks that its Dag has got since. */
export interface ClearNewTasksInput {
  readonly dagId: string;
  readonly runId: string;
  /** Only tell which tasks these are. */
  readonly dryRun: boolean;
  /** For the run; an empty one takes the note away, null leaves it. */
  readonly note?: string | null | undefined;
}

interface ClearNewTasksPlan {
  readonly input: ClearNewTasksInput;
  /** Those of the newest version. */
  readonly tasks: readonly SerializedTask[];
}

/**
 * Has a run go on with the tasks that the newest version of its Dag has and the run has not (Airflow's `only_new`); what it has done already stays
 * done. Where there are none nothing is changed.
 */
export const clearNewTasks: Action<ClearNewTasksInput, ClearNewTasksPlan, { readonly taskIds: readonly string[] }> = {
  name: "dag_run.clear",
  event: "clear_dag_run",
  subject: ({ dagId, runId }) => ({ dagId, runId }),
  async decide(context, request, input) {
    const { facts, verdicts } = await dagExists(context, request.principal, input.dagId);
    const note = noteVerdicts(input.note, context.config.api.maximum_note_characters, "body", request.dialect);
    const missing = facts ? (await runFindings(context, input.dagId, input.runId)).verdicts : [];
    return {
      verdicts: [...verdicts, ...note, ...missing],
      warnings: [],
      plan: { input, tasks: facts?.dag?.tasks ?? [] },
    };
  },
  async execute(tx, context, { principal }, { input, tasks }) {
    const { dagId, runId, dryRun, note } = input;
    const run = await findRun(tx, dagId, runId, true);
    if (!run) throw new RefusalError(unknownRun(dagId, runId).refusal);
    const there = new Set(await findTaskIdsOfRun(tx, run.id));
    const wanted = tasks.filter((task) => !there.has(task.taskId) && isInSpan(task, run));
    const fresh = wanted.map(({ taskId }) => taskId).sort();
    const extra = { dry_run: dryRun, only_new: true, task_instances: fresh.length };
    if (!dryRun && note != null)
      await setRunNote(tx, run.id, note === "" ? null : note, principal.id === 0 ? null : principal.id);
    if (dryRun || fresh.length === 0) return { result: { taskIds: fresh }, extra };
    await moveToNewest(tx, dagId, run.id, []);
    const { taskInstances } = await readRun(tx, run.id);
    const ids = new Set(taskInstances.filter(({ taskId }) => fresh.includes(taskId)).map(({ id }) => id));
    await countClear(tx, run.id, context.clock.now());
    const { endedAttempts } = await changeRun(tx, context, run.id, (snapshot) =>
      clearTaskInstances(snapshot, ids, { onNewVersion: true }),
    );
    return {
      result: { taskIds: fresh },
      extra,
      afterCommit: () => {
        if (endedAttempts.length > 0) context.signals.cancelAttempts(endedAttempts);
        context.signals.runChanged(run.id);
      },
    };
  },
};
