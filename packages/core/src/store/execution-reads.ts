import type { Instant, JsonObject, TaskInstanceState } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** XComs of a task under one key, of all its instances. */
export interface XcomsOfTask {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly key: string;
  /** Those of earlier runs as well, the latest run first. */
  readonly includePriorDates?: boolean;
}

/** Which XComs a task has under a key, by map index; their values are read elsewhere. */
export async function listXcomsOfTask(
  sql: Sql,
  { dagId, runId, taskId, key, includePriorDates = false }: XcomsOfTask,
): Promise<readonly { readonly runId: string; readonly mapIndex: number; readonly isNull: boolean }[]> {
  return sql.query<{ runId: string; mapIndex: number; isNull: boolean }>(
    `select r.run_id as "runId", t.map_index as "mapIndex", x.object is null and (x.value is null or x.value::text = 'null') as "isNull"
     from dag_run own join dag_run r on r.dag_id = own.dag_id and (r.id = own.id or ($5 and r.logical_date <= own.logical_date))
     join task_instance t on t.dag_run_id = r.id and t.task_id = $3
     join xcom x on x.task_instance_id = t.id and x.key = $4
     where own.dag_id = $1 and own.run_id = $2 order by r.logical_date desc nulls last, t.map_index`,
    [dagId, runId, taskId, key, includePriorDates],
  );
}

/** Removes an XCom of a running attempt. */
export async function deleteXcomOfAttempt(sql: Sql, attemptId: string, key: string): Promise<void> {
  await sql.execute(
    `delete from xcom x using task_attempt a join task_instance t on t.id = a.task_instance_id and t.attempt_id = a.attempt_id and t.state = 'running'
     where a.attempt_id = $1 and x.task_instance_id = t.id and x.key = $2`,
    [attemptId, key],
  );
}

/** Keeps what a running attempt says its fields were rendered to. @returns false where it does not run any more */
export async function storeRenderedFields(sql: Sql, attemptId: string, fields: JsonObject): Promise<boolean> {
  const changed = await sql.execute(
    `update task_instance t set rendered_fields = $2::jsonb from task_attempt a
     where a.attempt_id = $1 and t.id = a.task_instance_id and t.attempt_id = a.attempt_id and t.state = 'running'`,
    [attemptId, JSON.stringify(fields)],
  );
  return changed === 1;
}

/** Names the map index of a running attempt. @returns false where it does not run any more */
export async function storeRenderedMapIndex(sql: Sql, attemptId: string, name: string): Promise<boolean> {
  const changed = await sql.execute(
    `update task_instance t set rendered_map_index = $2 from task_attempt a
     where a.attempt_id = $1 and t.id = a.task_instance_id and t.attempt_id = a.attempt_id and t.state = 'running'`,
    [attemptId, name],
  );
  return changed === 1;
}

/** A task instance of an earlier run. */
export interface PreviousTaskInstance {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly logicalDate: Instant | null;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly state: TaskInstanceState | null;
  readonly tryNumber: number;
}

/** The latest instance of a task before a logical date (left out: of all). */
export async function findPreviousTaskInstance(
  sql: Sql,
  task: { readonly dagId: string; readonly taskId: string; readonly mapIndex: number },
  before: Instant | undefined,
  state: string | undefined,
): Promise<PreviousTaskInstance | undefined> {
  const [row] = await sql.query<PreviousTaskInstance>(
    `select r.dag_id as "dagId", r.run_id as "runId", t.task_id as "taskId", t.map_index as "mapIndex", r.logical_date as "logicalDate",
       t.start_date as "startDate", t.end_date as "endDate", t.state, t.try_number as "tryNumber"
     from dag_run r join task_instance t on t.dag_run_id = r.id and t.task_id = $2 and t.map_index = $3
     where r.dag_id = $1 and ($4::timestamptz is null or r.logical_date < $4) and ($5::text is null or t.state = $5)
     order by r.logical_date desc nulls last, r.id desc limit 1`,
    [task.dagId, task.taskId, task.mapIndex, before ?? null, state ?? null],
  );
  return row;
}

/** When the try of an attempt first began, where it has been rescheduled since; undefined otherwise. */
export async function findRescheduledSince(sql: Sql, attemptId: string): Promise<Instant | undefined> {
  const [row] = await sql.query<{ since: Instant }>(
    `select (t.carry->>'since') as since from task_instance t join task_attempt a on a.task_instance_id = t.id
     where a.attempt_id = $1 and (t.carry->>'polls')::integer > 0`,
    [attemptId],
  );
  return row?.since;
}

/** Keys of variables, in their order. */
export async function listVariableKeysBy(
  sql: Sql,
  prefix: string | undefined,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly keys: readonly string[]; readonly total: number }> {
  const matching = `from variable where $1::text is null or starts_with(key, $1)`;
  const [[count], rows] = await Promise.all([
    sql.query<{ total: number }>(`select count(*) as total ${matching}`, [prefix ?? null]),
    sql.query<{ key: string }>(`select key ${matching} order by key limit $2 offset $3`, [
      prefix ?? null,
      limit,
      offset,
    ]),
  ]);
  return { keys: rows.map(({ key }) => key), total: count?.total ?? 0 };
}

/** An asset as tasks get it. */
export interface AssetValue {
  readonly id: number;
  readonly name: string;
  readonly uri: string;
  readonly group: string;
  readonly extra: JsonObject;
}

const ASSET = `a.id, a.name, a.uri, a.group_name as "group", a.extra`;

/** The active asset of a name or a URI; undefined where there is none. */
export async function findActiveAsset(
  sql: Sql,
  by: { readonly name: string } | { readonly uri: string },
): Promise<AssetValue | undefined> {
  const [column, value] = "name" in by ? (["name", by.name] as const) : (["uri", by.uri] as const);
  const [row] = await sql.query<AssetValue>(`select ${ASSET} from asset a where a.${column} = $1 and a.is_active`, [
    value,
  ]);
  return row;
}

/** The assets that an alias has been resolved to. */
export async function listAssetsOfAlias(sql: Sql, alias: string): Promise<readonly AssetValue[]> {
  return sql.query<AssetValue>(
    `select ${ASSET} from asset a join asset_alias_asset m on m.asset_id = a.id join asset_alias l on l.id = m.alias_id
     where l.name = $1 order by a.id`,
    [alias],
  );
}

/** Of these assets those that are not active. */
export async function listInactiveAssets(
  sql: Sql,
  assets: readonly { readonly name: string; readonly uri: string }[],
): Promise<readonly { readonly name: string; readonly uri: string }[]> {
  if (assets.length === 0) return [];
  return sql.query<{ name: string; uri: string }>(
    `select g.name, g.uri from unnest($1::text[], $2::text[]) as g(name, uri)
     where not exists (select 1 from asset a where a.name = g.name and a.uri = g.uri and a.is_active)`,
    [assets.map(({ name }) => name), assets.map(({ uri }) => uri)],
  );
}
