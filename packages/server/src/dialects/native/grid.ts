import type { JsonObject } from "@windlass/contract";
import { type DefinedVersion, type GridRun, readGrid } from "@windlass/core/queries";
import { defineOperation } from "../../operation.ts";
import { integer, moment, optional, text, withDefault } from "../../request/field.ts";
import { ABSENT_MARK, STATE_MARKS } from "./state-marks.ts";
import { definitionOf } from "./structure.ts";

/** State by mark. */
const LEGEND: JsonObject = {
  ...Object.fromEntries(Object.entries(STATE_MARKS).map(([state, mark]) => [mark, state])),
  [ABSENT_MARK]: "absent",
};

interface GridTask {
  readonly taskId: string;
  readonly view: JsonObject;
}

/** The newest version's tasks in its order, behind them those that only older runs have. */
function gridTasks({ definition }: DefinedVersion, runs: readonly GridRun[]): readonly GridTask[] {
  const tasks = definition.tasks.map((task) => ({
    taskId: task.taskId,
    view: {
      task_id: task.taskId,
      display_name: task.displayName ?? task.taskId,
      group_id: task.taskGroupId,
      operator: task.operator,
      is_mapped: task.expand !== null,
    },
  }));
  const known = new Set(tasks.map(({ taskId }) => taskId));
  const gone = new Set(runs.flatMap(({ states }) => Object.keys(states).filter((taskId) => !known.has(taskId))));
  const removed = [...gone].sort().map((taskId) => ({
    taskId,
    view: { task_id: taskId, display_name: taskId, group_id: null, operator: null, is_mapped: false, is_removed: true },
  }));
  return [...tasks, ...removed];
}

function packed(run: GridRun, tasks: readonly GridTask[]): string {
  const absent = Object.keys(run.states).length === 0 ? STATE_MARKS.none : ABSENT_MARK;
  return tasks
    .map(({ taskId }) => {
      const state = Object.hasOwn(run.states, taskId) ? run.states[taskId] : undefined;
      return state === undefined ? absent : STATE_MARKS[state];
    })
    .join("");
}

function runLine(run: GridRun, tasks: readonly GridTask[]): JsonObject {
  return {
    run_id: run.runId,
    state: run.state,
    run_type: run.runType,
    run_after: run.runAfter,
    logical_date: run.logicalDate,
    start_date: run.startDate,
    end_date: run.endDate,
    triggered_by: run.triggeredBy,
    note: run.note,
    version_number: run.versionNumber,
    states: packed(run, tasks),
    ...(Object.keys(run.tries).length === 0 ? {} : { tries: { ...run.tries } }),
  };
}

/** The grid: about a byte for each cell, in two statements whatever its size. */
export const gridOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags/{dag_id}/grid",
    operationId: "get_grid",
    summary: "The newest runs with the states of their task instances, one line a run, one character a task",
    action: "task_instance.list",
    params: { dag_id: text() },
    query: { limit: withDefault(integer({ minimum: 1, maximum: 365 }), 25), before: optional(moment()) },
    produces: ["application/x-ndjson"],
    async handle(call) {
      const { params, query, server } = call;
      const [version, runs] = await Promise.all([
        definitionOf(call, params.dag_id),
        readGrid(server.actions.database, params.dag_id, query.limit, query.before ?? null),
      ]);
      const tasks = gridTasks(version, runs);
      const structure = {
        dag_id: params.dag_id,
        version_number: version.versionNumber,
        versions: version.versionNumber,
        tasks: tasks.map(({ view }) => view),
        states: Object.values(STATE_MARKS).join("") + ABSENT_MARK,
        legend: LEGEND,
      };
      const lines = [{ structure }, ...runs.map((run) => runLine(run, tasks))];
      return {
        status: 200,
        type: "application/x-ndjson",
        body: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
      };
    },
  }),
];
