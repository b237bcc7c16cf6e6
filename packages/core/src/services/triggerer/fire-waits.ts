import type { Instant, SerializedDag, TaskInstanceState, TriggerEvent } from "@windlass/contract";
import type { Database } from "../../database/sql.ts";
import { runEvent, taskInstancesEvent, type WatchedRun } from "../../domain/fired.ts";
import { tasksOfGroup } from "../../domain/tasks-of-group.ts";
import {
  listWatchedRuns,
  listWatchedTasks,
  loadNewestDags,
  type WatchedRunRow,
  type WatchingWait,
} from "../../store/waits.ts";

/** A wait that is over. */
export interface FiredWait {
  readonly wait: WatchingWait;
  readonly event: TriggerEvent;
}

/** Which of some waits are over, by the rows as they are now. @throws DatabaseError */
export async function fireWaits(database: Database, waits: readonly WatchingWait[]): Promise<readonly FiredWait[]> {
  if (waits.length === 0) return [];
  const watched = await readWatched(database, waits);
  return waits.flatMap((wait) => {
    const event = eventOf(wait, watched);
    return event === null ? [] : [{ wait, event }];
  });
}

interface Watched {
  readonly runs: ReadonlyMap<string, WatchedRunRow & WatchedRun>;
  readonly dags: ReadonlyMap<string, SerializedDag>;
}

function byRunId(dagId: string, runId: string): string {
  return `run ${dagId} ${runId}`;
}

function byDate(dagId: string, logicalDate: Instant): string {
  return `date ${dagId} ${logicalDate}`;
}

async function readWatched(database: Database, waits: readonly WatchingWait[]): Promise<Watched> {
  const ids = new Map<string, { dagId: string; runId: string }>();
  const dates = new Map<string, { dagId: string; logicalDate: Instant }>();
  const withGroups = new Set<string>();
  for (const { trigger } of waits) {
    const { dagId } = trigger;
    for (const runId of trigger.kind === "dag_run" ? [trigger.runId] : trigger.runIds)
      ids.set(byRunId(dagId, runId), { dagId, runId });
    if (trigger.kind === "dag_run") continue;
    for (const logicalDate of trigger.logicalDates) dates.set(byDate(dagId, logicalDate), { dagId, logicalDate });
    if (trigger.taskGroupId !== null) withGroups.add(dagId);
  }
  const [rows, dags] = await Promise.all([
    listWatchedRuns(database, [...ids.values()], [...dates.values()]),
    withGroups.size === 0 ? new Map<string, SerializedDag>() : loadNewestDags(database, [...withGroups]),
  ]);
  const tasks = await readTasks(database, waits, dags, rows);
  const runs = new Map<string, WatchedRunRow & WatchedRun>();
  for (const row of rows) {
    const run = { ...row, tasks: tasks.get(row.id) ?? new Map() };
    runs.set(byRunId(row.dagId, row.runId), run);
    if (row.logicalDate !== null) runs.set(byDate(row.dagId, row.logicalDate), run);
  }
  return { runs, dags };
}

/** States of the watched tasks, by the key of their run. */
async function readTasks(
  database: Database,
  waits: readonly WatchingWait[],
  dags: ReadonlyMap<string, SerializedDag>,
  runs: readonly WatchedRunRow[],
): Promise<ReadonlyMap<number, Map<string, (TaskInstanceState | null)[]>>> {
  const byDag = new Map<string, Set<string>>();
  for (const { trigger } of waits) {
    if (trigger.kind !== "task_instances") continue;
    const names = byDag.get(trigger.dagId) ?? new Set();
    for (const taskId of tasksOf(trigger, dags) ?? []) names.add(taskId);
    byDag.set(trigger.dagId, names);
  }
  const found = new Map<number, Map<string, (TaskInstanceState | null)[]>>();
  for (const [dagId, names] of byDag) {
    const ofDag = runs.filter((run) => run.dagId === dagId).map(({ id }) => id);
    if (names.size === 0 || ofDag.length === 0) continue;
    for (const { dagRunId, taskId, state } of await listWatchedTasks(database, ofDag, [...names])) {
      const ofRun = found.get(dagRunId) ?? new Map<string, (TaskInstanceState | null)[]>();
      found.set(dagRunId, ofRun);
      const states = ofRun.get(taskId) ?? [];
      ofRun.set(taskId, states);
      states.push(state);
    }
  }
  return found;
}

/** The tasks that a wait watches; null where it watches runs. */
function tasksOf(
  trigger: Extract<WatchingWait["trigger"], { readonly kind: "task_instances" }>,
  dags: ReadonlyMap<string, SerializedDag>,
): readonly string[] | null {
  if (trigger.taskIds !== null) return trigger.taskIds;
  if (trigger.taskGroupId === null) return null;
  const dag = dags.get(trigger.dagId);
  return dag ? tasksOfGroup(dag, trigger.taskGroupId) : [];
}

function eventOf({ trigger }: WatchingWait, { runs, dags }: Watched): TriggerEvent | null {
  const { dagId } = trigger;
  if (trigger.kind === "dag_run") return runEvent(trigger, runs.get(byRunId(dagId, trigger.runId))?.state);
  const names =
    trigger.runIds.length > 0
      ? trigger.runIds.map((runId) => byRunId(dagId, runId))
      : trigger.logicalDates.map((date) => byDate(dagId, date));
  const there = names.flatMap((name) => runs.get(name) ?? []);
  return taskInstancesEvent(trigger, tasksOf(trigger, dags), there);
}
