import type {
  DagRunValue,
  DagValue,
  Instant,
  JsonObject,
  RunChoice,
  RunState,
  RunType,
  SerializedDag,
  TaskInstanceState,
} from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { tasksOfGroup } from "../domain/tasks-of-group.ts";

/** Which task instances are meant: of these runs, those of some tasks or of a task group; neither: all. */
export interface TaskInstanceChoice extends RunChoice {
  readonly taskIds?: readonly string[];
  readonly taskGroupId?: string;
  readonly mapIndex?: number;
}

/** What a task may know of a Dag; undefined where there is none, or none that was ever read. */
export async function findDagValue(sql: Sql, dagId: string): Promise<DagValue | undefined> {
  const [row] = await sql.query<{
    is_paused: boolean;
    is_stale: boolean;
    has_import_errors: boolean;
    serialized: SerializedDag;
  }>(
    `select d.is_paused, d.is_stale, d.has_import_errors, v.serialized
     from dag d join dag_version v on v.id = d.current_version_id where d.dag_id = $1`,
    [dagId],
  );
  return (
    row && {
      dagId,
      isPaused: row.is_paused,
      isStale: row.is_stale,
      hasImportErrors: row.has_import_errors,
      taskIds: row.serialized.tasks.map(({ taskId }) => taskId),
      taskGroupIds: row.serialized.taskGroups.map(({ groupId }) => groupId),
    }
  );
}

interface RunRow {
  readonly dag_id: string;
  readonly run_id: string;
  readonly state: RunState;
  readonly run_type: RunType;
  readonly logical_date: Instant | null;
  readonly data_interval_start: Instant | null;
  readonly data_interval_end: Instant | null;
  readonly run_after: Instant;
  readonly start_date: Instant | null;
  readonly end_date: Instant | null;
  readonly conf: JsonObject;
  readonly note: string | null;
}

const RUN = `select dag_id, run_id, state, run_type, logical_date, data_interval_start, data_interval_end, run_after, start_date, end_date, conf, note
  from dag_run`;

function runValue(row: RunRow | undefined): DagRunValue | undefined {
  return (
    row && {
      dagId: row.dag_id,
      runId: row.run_id,
      state: row.state,
      runType: row.run_type,
      logicalDate: row.logical_date,
      dataIntervalStart: row.data_interval_start,
      dataIntervalEnd: row.data_interval_end,
      runAfter: row.run_after,
      startDate: row.start_date,
      endDate: row.end_date,
      conf: row.conf,
      note: row.note,
    }
  );
}

/** A run by its ids. */
export async function findDagRunValue(sql: Sql, dagId: string, runId: string): Promise<DagRunValue | undefined> {
  return runValue((await sql.query<RunRow>(`${RUN} where dag_id = $1 and run_id = $2`, [dagId, runId]))[0]);
}

/** The run that a call of a try of a task made. */
export async function findRunByTriggerKey(sql: Sql, triggerKey: string): Promise<DagRunValue | undefined> {
  return runValue((await sql.query<RunRow>(`${RUN} where trigger_key = $1`, [triggerKey]))[0]);
}

/** The Dag's last run before a logical date. */
export async function findPreviousDagRun(
  sql: Sql,
  dagId: string,
  logicalDate: Instant,
  state: RunState | undefined,
): Promise<DagRunValue | undefined> {
  const rows = await sql.query<RunRow>(
    `${RUN} where dag_id = $1 and logical_date < $2 and ($3::text is null or state = $3) order by logical_date desc limit 1`,
    [dagId, logicalDate, state ?? null],
  );
  return runValue(rows[0]);
}

/** How many runs are in one of these states (left out: in any). */
export async function countDagRuns(
  sql: Sql,
  choice: RunChoice,
  states: readonly RunState[] | undefined,
): Promise<number> {
  const [row] = await sql.query<{ n: number }>(
    `select count(*) as n from dag_run r where ${CHOSEN} and ($4::text[] is null or r.state = any($4::text[]))`,
    [...chosen(choice), states ?? null],
  );
  return row?.n ?? 0;
}

const CHOSEN = `r.dag_id = $1 and ($2::timestamptz[] is null or r.logical_date = any($2::timestamptz[]))
  and ($3::text[] is null or r.run_id = any($3::text[]))`;

function chosen({ dagId, logicalDates, runIds }: RunChoice): readonly unknown[] {
  return [dagId, logicalDates ?? null, runIds ?? null];
}

interface StateRow {
  readonly run_id: string;
  readonly task_id: string;
  readonly map_index: number;
  readonly state: TaskInstanceState | null;
}

async function taskInstances(sql: Sql, choice: TaskInstanceChoice): Promise<readonly StateRow[]> {
  const taskIds = await namedTasks(sql, choice);
  return sql.query<StateRow>(
    `select r.run_id, t.task_id, t.map_index, t.state from dag_run r join task_instance t on t.dag_run_id = r.id
     where ${CHOSEN} and ($4::text[] is null or t.task_id = any($4::text[])) and ($5::integer is null or t.map_index = $5)
     order by r.id, t.id`,
    [...chosen(choice), taskIds ?? null, choice.mapIndex ?? null],
  );
}

/** The tasks that are meant, those of a group by the Dag's newest version; undefined: all. */
async function namedTasks(
  sql: Sql,
  { dagId, taskIds, taskGroupId }: TaskInstanceChoice,
): Promise<readonly string[] | undefined> {
  if (taskGroupId === undefined) return taskIds;
  const [row] = await sql.query<{ serialized: SerializedDag }>(
    `select v.serialized from dag d join dag_version v on v.id = d.current_version_id where d.dag_id = $1`,
    [dagId],
  );
  const inGroup = row ? tasksOfGroup(row.serialized, taskGroupId) : [];
  return taskIds === undefined ? inGroup : inGroup.filter((taskId) => taskIds.includes(taskId));
}

/** How many task instances are in one of these states (left out: in any; null among them: in none yet). */
export async function countTaskInstances(
  sql: Sql,
  choice: TaskInstanceChoice,
  states: readonly (TaskInstanceState | null)[] | undefined,
): Promise<number> {
  const rows = await taskInstances(sql, choice);
  return states === undefined ? rows.length : rows.filter(({ state }) => states.includes(state)).length;
}

/** The states of task instances by run id, then by task id, of mapped ones with `_` and the map index behind it, as Airflow's Task SDK gets them. */
export async function readTaskStates(
  sql: Sql,
  choice: TaskInstanceChoice,
): Promise<{ readonly [runId: string]: { readonly [task: string]: TaskInstanceState | null } }> {
  const found: Record<string, Record<string, TaskInstanceState | null>> = {};
  for (const { run_id: runId, task_id: taskId, map_index: mapIndex, state } of await taskInstances(sql, choice)) {
    const ofRun = (found[runId] ??= {});
    ofRun[mapIndex < 0 ? taskId : `${taskId}_${String(mapIndex)}`] = state;
  }
  return found;
}
