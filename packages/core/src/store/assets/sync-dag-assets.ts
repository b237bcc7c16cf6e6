import type { SerializedAsset, SerializedAssetRef, SerializedDag } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { conditionLeaves } from "../../domain/assets/condition.ts";
import { scheduleCondition } from "../../domain/assets/schedule-condition.ts";
import { lockAssets, makeAssets } from "./make-assets.ts";

type Kind = "schedule" | "outlet" | "inlet";

interface Named {
  readonly kind: Kind;
  readonly taskId: string;
  readonly ref: SerializedAssetRef;
}

/** Everything that a Dag names, with where it does. */
function namedBy(dag: SerializedDag): readonly Named[] {
  const condition = scheduleCondition(dag.schedule);
  const refs = (kind: Kind, taskId: string, all: readonly SerializedAssetRef[]): readonly Named[] =>
    all.map((ref) => ({ kind, taskId, ref }));
  return [
    ...(condition === undefined ? [] : refs("schedule", "", conditionLeaves(condition))),
    ...dag.tasks.flatMap(({ taskId, outlets, inlets }) => [
      ...refs("outlet", taskId, outlets),
      ...refs("inlet", taskId, inlets),
    ]),
  ];
}

/**
 * Keeps assets, aliases and references equal to what a Dag names. Call it in the transaction that stores the Dag. What nobody names any more is kept, with
 * its events, and is not active.
 */
export async function syncDagAssets(sql: Sql, dag: SerializedDag): Promise<void> {
  const named = namedBy(dag);
  if (named.length === 0) {
    await dropReferences(sql, [dag.dagId]);
    return;
  }
  const isPartitioned = dag.schedule.kind === "assets" && dag.schedule.partition !== undefined;
  await lockAssets(sql);
  const assets = named.flatMap(({ ref }): SerializedAsset[] => (ref.kind === "asset" ? [ref] : []));
  await makeAssets(sql, assets);
  // What a Dag says of an asset counts until another one says something else, as on Airflow.
  await sql.execute(
    `update asset a set group_name = g."group", extra = g.extra, updated_at = clock_timestamp()
     from (select distinct on (name, uri) * from json_to_recordset($1::json) as g(name text, uri text, "group" text, extra json)) g
     where a.name = g.name and a.uri = g.uri and (a.group_name <> g."group" or a.extra::text <> g.extra::text)`,
    [JSON.stringify(assets.map(({ name, uri, group, extra }) => ({ name, uri, group, extra })))],
  );
  await syncAliases(sql, dag, named);
  await sql.execute(
    `with given as (
       select a.id as asset_id, g.kind, g.task_id, g.partitioned
       from jsonb_to_recordset($2::jsonb) as g(kind text, task_id text, name text, uri text, partitioned boolean)
       join asset a on a.name = g.name and a.uri = g.uri
     ), gone as (
       delete from asset_reference r where dag_id = $1
         and not exists (select 1 from given g where g.asset_id = r.asset_id and g.kind = r.kind and g.task_id = r.task_id)
     )
     insert into asset_reference (asset_id, kind, dag_id, task_id, is_partitioned)
     select distinct asset_id, kind, $1, task_id, partitioned from given
     on conflict (asset_id, kind, dag_id, task_id) do update set is_partitioned = excluded.is_partitioned, updated_at = clock_timestamp()
       where asset_reference.is_partitioned <> excluded.is_partitioned`,
    [
      dag.dagId,
      JSON.stringify(
        named.flatMap(({ kind, taskId, ref }) =>
          ref.kind === "asset"
            ? [
                {
                  kind,
                  task_id: taskId,
                  name: ref.name,
                  uri: ref.uri,
                  partitioned: kind === "schedule" && isPartitioned,
                },
              ]
            : [],
        ),
      ),
    ],
  );
  if (scheduleCondition(dag.schedule) === undefined) await dropQueued(sql, [dag.dagId]);
  await refreshActive(sql);
}

async function syncAliases(sql: Sql, dag: SerializedDag, named: readonly Named[]): Promise<void> {
  const rows = named.flatMap(({ kind, taskId, ref }) =>
    ref.kind === "alias" ? [{ kind, task_id: taskId, name: ref.name, group_name: ref.group }] : [],
  );
  const given = JSON.stringify(rows);
  await sql.execute(
    `insert into asset_alias (name, group_name)
     select distinct on (name) name, group_name from jsonb_to_recordset($1::jsonb) as g(name text, group_name text)
     on conflict (name) do update set group_name = excluded.group_name where asset_alias.group_name <> excluded.group_name`,
    [given],
  );
  await sql.execute(
    `with given as (
       select l.id as alias_id, g.kind, g.task_id from jsonb_to_recordset($2::jsonb) as g(kind text, task_id text, name text)
       join asset_alias l on l.name = g.name
     ), gone as (
       delete from asset_alias_reference r where dag_id = $1
         and not exists (select 1 from given g where g.alias_id = r.alias_id and g.kind = r.kind and g.task_id = r.task_id)
     )
     insert into asset_alias_reference (alias_id, kind, dag_id, task_id) select distinct alias_id, kind, $1, task_id from given
     on conflict do nothing`,
    [dag.dagId, given],
  );
}

/** Takes back what Dags name that are gone, and what waits for them. */
export async function forgetDagAssets(sql: Sql, dagIds: readonly string[]): Promise<void> {
  if (dagIds.length > 0) await dropReferences(sql, dagIds);
}

async function dropReferences(sql: Sql, dagIds: readonly string[]): Promise<void> {
  const assets = await sql.execute(`delete from asset_reference where dag_id = any($1::text[])`, [dagIds]);
  const aliases = await sql.execute(`delete from asset_alias_reference where dag_id = any($1::text[])`, [dagIds]);
  if (assets + aliases === 0) return;
  await dropQueued(sql, dagIds);
  await lockAssets(sql);
  await refreshActive(sql);
}

async function dropQueued(sql: Sql, dagIds: readonly string[]): Promise<void> {
  await sql.execute(`delete from asset_queued_event where dag_id = any($1::text[])`, [dagIds]);
}

const IS_NAMED = `(exists (select 1 from asset_reference r where r.asset_id = a.id) or exists (select 1 from asset_alias_asset l where l.asset_id = a.id))`;

/** Active is what is named, and of two with one name or one uri the older. What is kept beside an asset goes when nobody names it. */
async function refreshActive(sql: Sql): Promise<void> {
  await sql.execute(
    `update asset a set is_active = false, updated_at = clock_timestamp() where is_active and not ${IS_NAMED}`,
  );
  const candidates = await sql.query<{ id: number }>(
    `select id from asset a where not is_active and ${IS_NAMED} order by id`,
  );
  for (const { id } of candidates) {
    await sql.execute(
      `update asset a set is_active = true, updated_at = clock_timestamp()
       where id = $1 and not exists (select 1 from asset o where o.is_active and (o.name = a.name or o.uri = a.uri))`,
      [id],
    );
  }
  await sql.execute(`delete from asset_state s using asset a where a.id = s.asset_id and not a.is_active`);
}
