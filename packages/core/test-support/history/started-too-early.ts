import type { SerializedDag, SerializedTask, TaskInstanceState, TriggerRule } from "@windlass/contract";
import type { Sql } from "@windlass/core/database";
import type { Fault } from "./fault.ts";

/** A transition of a task instance, or the end of a run's history. */
export interface TaskEvent {
  readonly id: number;
  readonly dagRunId: number;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly to: TaskInstanceState | null;
  readonly reason: string;
}

type States = readonly (TaskInstanceState | null)[];

const FAILED = ["failed", "upstream_failed"];
const OVER = [...FAILED, "success", "skipped"];
const are = (states: States, names: readonly string[]): boolean => states.every((state) => names.includes(state ?? ""));
const has = (states: States, names: readonly string[]): boolean => states.some((state) => names.includes(state ?? ""));

// Written from Airflow's documentation, apart from the domain's own rules.
const HOLDS: Readonly<Record<TriggerRule, (states: States) => boolean>> = {
  all_success: (states) => are(states, ["success"]),
  all_failed: (states) => are(states, FAILED),
  all_done: (states) => are(states, OVER),
  all_done_min_one_success: (states) => are(states, OVER) && has(states, ["success"]),
  // Which of them are setups makes it stricter.
  all_done_setup_success: (states) => are(states, OVER),
  all_skipped: (states) => are(states, ["skipped"]),
  one_success: (states) => has(states, ["success"]),
  one_failed: (states) => has(states, FAILED),
  one_done: (states) => has(states, ["success", ...FAILED]),
  none_failed: (states) => are(states, ["success", "skipped"]),
  none_failed_min_one_success: (states) => are(states, ["success", "skipped"]) && has(states, ["success"]),
  none_skipped: (states) => are(states, ["success", ...FAILED]),
  always: () => true,
};

/**
 * Invariant 8: a task was let go only when its trigger rule held on what the events before had told of its upstream tasks. Tasks in mapped groups, and
 * those behind them, are left out: which of the instances count for them is the domain's tests' question.
 * @param events of one run, in their order
 */
export function startedTooEarly(
  dag: Pick<SerializedDag, "tasks" | "taskGroups">,
  events: readonly TaskEvent[],
): readonly Fault[] {
  const tasks = new Map(dag.tasks.map((task) => [task.taskId, task]));
  const isPlain = (task: SerializedTask | undefined): boolean => {
    for (let id = task?.taskGroupId; id != null;) {
      const group = dag.taskGroups.find(({ groupId }) => groupId === id);
      if (group?.expand != null) return false;
      id = group?.parentGroupId;
    }
    return task !== undefined;
  };
  const states = new Map<string, Map<number, TaskInstanceState | null>>();
  const faults: Fault[] = [];
  for (const event of events) {
    const task = tasks.get(event.taskId);
    const upstream = task?.upstreamTaskIds ?? [];
    const isLetGo = event.reason === "dependencies_met" || event.reason === "nothing_to_execute";
    if (isLetGo && task && upstream.length > 0 && [task, ...upstream.map((id) => tasks.get(id))].every(isPlain)) {
      const seen = upstream.flatMap((id): States => {
        const instances = [...(states.get(id)?.values() ?? [])].filter((state) => state !== "removed");
        // Of a mapped task none may have been made yet, or none at all.
        return instances.length === 0 && tasks.get(id)?.expand == null ? [null] : instances;
      });
      if (seen.length > 0 && !HOLDS[task.triggerRule](seen))
        faults.push({ invariant: "h08_started_too_early", row: { ...event, rule: task.triggerRule, upstream: seen } });
    }
    const instances = states.get(event.taskId) ?? new Map<number, TaskInstanceState | null>();
    states.set(event.taskId, instances.set(event.mapIndex, event.to));
  }
  return faults;
}

/** Looks through all runs of a database. */
export async function findStartedTooEarly(sql: Sql): Promise<readonly Fault[]> {
  const events = await sql.query<TaskEvent>(
    `select e.id, e.dag_run_id as "dagRunId", t.task_id as "taskId", t.map_index as "mapIndex", e.to_state as "to", e.reason
     from event e join task_instance t on t.id = e.task_instance_id order by e.dag_run_id, e.id`,
  );
  const runs = await sql.query<{ id: number; dag: SerializedDag }>(
    // What was moved to another version has a history of two.
    `select r.id, v.serialized as dag from dag_run r join dag_version v on v.id = r.dag_version_id
     where not exists (select 1 from dag_run_version b where b.dag_run_id = r.id)`,
  );
  const dags = new Map(runs.map((run) => [run.id, run.dag]));
  return [...Map.groupBy(events, (event) => event.dagRunId)].flatMap(([id, each]) => {
    const dag = dags.get(id);
    return dag ? startedTooEarly(dag, each) : [];
  });
}
