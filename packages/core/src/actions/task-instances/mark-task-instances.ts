import type { Instant, SerializedDag, Verdict } from "@windlass/contract";
import { type MarkableTaskInstanceState, markTaskInstances as mark } from "../../domain/mark.ts";
import { selectForMark } from "../../domain/select-task-instances.ts";
import type { RunSnapshot } from "../../domain/snapshot.ts";
import { findTaskInstanceIds } from "../../store/task-instances-by-hand.ts";
import type { Action } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { dagExists } from "../dags/dag-findings.ts";
import type { AffectedTaskInstance } from "./affected.ts";
import { changeTaskInstances } from "./change-task-instances.ts";
import { type Neighbours, runsInQuestion, type RunsInQuestion } from "./runs-in-question.ts";
import { unknownTask } from "./unknown-task.ts";
import { unknownTaskInstance } from "./unknown-task-instance.ts";

/** Which task instances get which state by hand. */
export interface MarkInput {
  readonly dagId: string;
  /** The run by its id, or by its logical date. */
  readonly run: { readonly runId: string } | { readonly logicalDate: Instant };
  readonly taskId: string;
  /** More tasks that are marked together with it: those of a group. */
  readonly otherTaskIds?: readonly string[] | undefined;
  /** Absent: all instances of the task. */
  readonly mapIndex?: number | undefined;
  readonly upstream?: boolean | undefined;
  readonly downstream?: boolean | undefined;
  /** Also in the runs before. */
  readonly past?: boolean | undefined;
  /** Also in the runs after. */
  readonly future?: boolean | undefined;
  readonly state: MarkableTaskInstanceState;
  /** Only tell which would be marked. */
  readonly dryRun: boolean;
}

interface MarkPlan {
  readonly input: MarkInput;
  readonly runs: RunsInQuestion;
  readonly neighbours: Neighbours;
}

/** Sets the state of task instances by hand; failed tasks below them are then decided about anew. */
export const markTaskInstances: Action<MarkInput, MarkPlan, readonly AffectedTaskInstance[]> = {
  name: "task_instance.edit",
  event: "patch_task_instance",
  subject: ({ dagId, run, taskId, mapIndex }) => ({
    dagId,
    taskId,
    ...("runId" in run ? { runId: run.runId } : {}),
    ...(mapIndex === undefined ? {} : { mapIndex }),
  }),
  async decide(context, request, input) {
    const { facts, verdicts } = await dagExists(context, request.principal, input.dagId);
    const all: Verdict[] = [...verdicts];
    const runs = runsOf(input);
    const known = facts?.dag?.tasks.map(({ taskId }) => taskId);
    // Judged whatever the schema said: a field that is wrong is absent here.
    const given: Partial<MarkInput> = input;
    if (given.taskId === undefined) return { verdicts: all, warnings: [], plan: null };
    if (known && !known.includes(input.taskId)) all.push(unknownTask(input.dagId, input.taskId, known));
    else if (known && !(await anyInstance(context, input))) all.push(unknownTaskInstance(input));
    return { verdicts: all, warnings: [], plan: { input, runs, neighbours: neighboursOf(facts?.dag ?? null) } };
  },
  async execute(tx, context, _request, { input, runs, neighbours }) {
    const { taskId, otherTaskIds = [], mapIndex, upstream, downstream, state, dryRun } = input;
    const taskIds = [taskId, ...otherTaskIds];
    const changed = await changeTaskInstances(tx, context, await runsInQuestion(tx, input.dagId, runs, neighbours), {
      dryRun,
      select: (run) => othersThan(state, run, selectForMark(run, { taskIds, mapIndex, upstream, downstream })),
      decide: (run, ids) => mark(run, ids, taskIds, state),
    });
    const extra = { new_state: state, dry_run: dryRun, ...(mapIndex === undefined ? {} : { map_index: mapIndex }) };
    return { result: changed.affected, extra, afterCommit: changed.afterCommit };
  },
};

function runsOf({ run, past, future }: MarkInput): RunsInQuestion {
  if ("runId" in run) return { runId: run.runId, past, future };
  return { from: past === true ? null : run.logicalDate, to: future === true ? null : run.logicalDate };
}

async function anyInstance(context: ActionContext, { dagId, run, taskId, mapIndex }: MarkInput): Promise<boolean> {
  const named: RunsInQuestion = "runId" in run ? { runId: run.runId } : { from: run.logicalDate, to: run.logicalDate };
  for (const id of await runsInQuestion(context.database, dagId, named)) {
    if ((await findTaskInstanceIds(context.database, id, taskId, mapIndex ?? null)).length > 0) return true;
  }
  return false;
}

/** Which runs before and after one Airflow marks too: of a Dag with ticks those that stand for ticks, of one without a schedule all. */
function neighboursOf(dag: SerializedDag | null): Neighbours {
  switch (dag?.schedule.kind) {
    case undefined:
    case "none":
      return "all";
    case "once":
    case "continuous":
    case "assets":
      return "none";
    default:
      return "scheduled";
  }
}

function othersThan(state: MarkableTaskInstanceState, run: RunSnapshot, ids: ReadonlySet<number>): ReadonlySet<number> {
  return new Set(run.taskInstances.filter((each) => ids.has(each.id) && each.state !== state).map(({ id }) => id));
}
