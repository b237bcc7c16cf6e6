import { type DecisionWarning, refuse, type SerializedDag, type Verdict, warning } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { clearTaskInstances as clear } from "../../domain/clear.ts";
import { noteVerdicts } from "../../domain/decide/sizes.ts";
import type { TaskInstanceSelection } from "../../domain/select-task-instances.ts";
import { selectForClear } from "../../domain/setup-teardown/select-for-clear.ts";
import type { RunSnapshot } from "../../domain/snapshot.ts";
import { findRun, setRunNote } from "../../store/hand-changes.ts";
import { countClear } from "../../store/run-versions.ts";
import { setTaskInstanceNote } from "../../store/task-instances-by-hand.ts";
import type { Action } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { dagExists } from "../dags/dag-findings.ts";
import type { ActionRequest } from "../request.ts";
import type { AffectedTaskInstance } from "./affected.ts";
import { changeTaskInstances } from "./change-task-instances.ts";
import { moveToNewest } from "./move-to-newest.ts";
import { runsInQuestion, type RunsInQuestion, runVerdicts } from "./runs-in-question.ts";
import { unknownTask } from "./unknown-task.ts";

/** Which task instances to clear. */
export interface ClearInput {
  readonly dagId: string;
  readonly runs: RunsInQuestion;
  readonly selection: TaskInstanceSelection;
  /** Only tell which would be cleared. */
  readonly dryRun: boolean;
  /** false: a run that is over stays over. @defaultValue true */
  readonly resetRuns?: boolean | undefined;
  /** Whether the runs go on on the newest version of the Dag. @defaultValue what the Dag says, else what the configuration says, else not */
  readonly onNewestVersion?: boolean | null | undefined;
  /** Refuse where one of them is running, instead of stopping it. */
  readonly preventRunning?: boolean | undefined;
  /** For each of them, or for the run where a whole one is cleared; an empty one takes the note away, null leaves it. */
  readonly note?: string | null | undefined;
}

interface ClearPlan {
  readonly input: ClearInput;
  readonly onNewestVersion: boolean;
}

type ClearAction = Action<ClearInput, ClearPlan, readonly AffectedTaskInstance[]>;

/** Clears task instances, so that they are executed again; runs that were over go on. */
export const clearTaskInstances: ClearAction = {
  name: "task_instance.clear",
  event: "clear_task_instances",
  subject: ({ dagId, runs }) => ({ dagId, ...("runId" in runs ? { runId: runs.runId } : {}) }),
  async decide(context, request, input) {
    const { facts, verdicts } = await dagExists(context, request.principal, input.dagId);
    const all: Verdict[] = [
      ...verdicts,
      ...noteVerdicts(input.note, context.config.api.maximum_note_characters, "body", request.dialect),
    ];
    if (facts) all.push(...(await runVerdicts(context, input.dagId, input.runs)));
    const known = facts?.dag?.tasks.map(({ taskId }) => taskId);
    for (const taskId of input.selection.taskIds ?? [])
      if (known && !known.includes(taskId)) all.push(unknownTask(input.dagId, taskId, known));
    const plan = { input, onNewestVersion: onNewestVersion(context, input, facts?.dag ?? null, false) };
    return { verdicts: all, warnings: await staysOver(context, input), plan };
  },
  execute: (tx, context, request, plan) => execute(tx, context, request, plan, "task instances"),
};

/** As `clearTaskInstances`, for a whole run, which has a right of its own. */
export const clearRun: ClearAction = {
  ...clearTaskInstances,
  name: "dag_run.clear",
  event: "clear_dag_run",
  execute: (tx, context, request, plan) => execute(tx, context, request, plan, "run"),
};

/** Whether runs that are to begin anew go on on the newest version: by the request, else the Dag, else the configuration, else as is usual there. */
export function onNewestVersion(
  context: ActionContext,
  { onNewestVersion: asked }: Pick<ClearInput, "onNewestVersion">,
  dag: SerializedDag | null,
  usual: boolean,
): boolean {
  return asked ?? dag?.rerunWithLatestVersion ?? context.config.core.rerun_with_latest_version ?? usual;
}

async function execute(
  tx: Sql,
  context: ActionContext,
  request: ActionRequest,
  { input, onNewestVersion: newest }: ClearPlan,
  noteOf: "task instances" | "run",
): ReturnType<ClearAction["execute"]> {
  const { dagId, runs, selection, dryRun, resetRuns = true, note } = input;
  const moved = new Set<number>();
  const changed = await changeTaskInstances(tx, context, await runsInQuestion(tx, dagId, runs), {
    dryRun,
    select: (run) => checkNoneRuns(run, selectForClear(run, selection), input),
    prepare: async (run, ids) => {
      if (newest && (await moveToNewest(tx, dagId, run.id, [...ids]))) moved.add(run.id);
      if (resetRuns) await countClear(tx, run.id, context.clock.now());
    },
    decide: (run, ids) => clear(run, ids, { resetRun: resetRuns, onNewVersion: moved.has(run.id) }),
  });
  if (!dryRun && note != null) await writeNotes(tx, request, input, noteOf, changed.affected, note);
  return {
    result: changed.affected,
    extra: {
      dry_run: dryRun,
      task_instances: changed.affected.length,
      ...(moved.size > 0 && { runs_moved_to_newest_version: moved.size }),
    },
    afterCommit: changed.afterCommit,
  };
}

async function writeNotes(
  tx: Sql,
  { principal }: ActionRequest,
  { dagId, runs }: ClearInput,
  noteOf: "task instances" | "run",
  affected: readonly AffectedTaskInstance[],
  note: string,
): Promise<void> {
  const by = principal.id === 0 ? null : principal.id;
  const written = note === "" ? null : note;
  if (noteOf === "task instances") {
    for (const { id } of affected) await setTaskInstanceNote(tx, id, written, by);
    return;
  }
  const run = "runId" in runs ? await findRun(tx, dagId, runs.runId) : undefined;
  if (run) await setRunNote(tx, run.id, written, by);
}

/** @throws RefusalError where the request asks to leave running ones alone and one of these runs */
function checkNoneRuns(run: RunSnapshot, ids: ReadonlySet<number>, input: ClearInput): ReadonlySet<number> {
  if (input.preventRunning !== true || input.dryRun) return ids;
  const running = run.taskInstances.find(({ id, state }) => ids.has(id) && state === "running");
  if (running === undefined) return ids;
  const said =
    "AirflowClearRunningTaskException: Disable 'prevent_running_task' to proceed, or wait until the task is not running, queued, or scheduled state.";
  throw refuse(
    "task_instance.running",
    { task_id: running.taskId, run_id: run.runId },
    { currentValue: "running", pointer: "/prevent_running_task", airflow: { v2: said } },
  );
}

/** What is cleared in a run that is to stay over waits; whoever clears should know. */
async function staysOver(context: ActionContext, input: ClearInput): Promise<readonly DecisionWarning[]> {
  if (input.resetRuns !== false || input.dryRun || !("runId" in input.runs)) return [];
  const run = await findRun(context.database, input.dagId, input.runs.runId);
  if (run === undefined || (run.state !== "success" && run.state !== "failed")) return [];
  return [warning("run_stays_over", { run_id: run.runId, state: run.state })];
}
