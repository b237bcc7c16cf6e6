import type { DagScope, Instant, JsonObject } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging } from "./conditions.ts";

/** Who names an asset: a Dag by its schedule, or a task. */
export interface AssetUse {
  readonly dagId: string;
  /** Empty for a schedule. */
  readonly taskId: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** An alias. */
export interface AliasRow {
  readonly id: number;
  readonly name: string;
  readonly group: string;
}

/** An asset with everything around it. */
export interface AssetRow {
  readonly id: number;
  readonly name: string;
  readonly uri: string;
  readonly group: string;
  readonly extra: JsonObject;
  readonly isActive: boolean;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly lastEventId: number | null;
  readonly lastEventAt: Instant | null;
  readonly scheduledDags: readonly AssetUse[];
  readonly producingTasks: readonly AssetUse[];
  readonly consumingTasks: readonly AssetUse[];
  readonly aliases: readonly AliasRow[];
}

/** What assets are picked by. */
export interface AssetFilter {
  readonly ids?: readonly number[] | undefined;
  readonly namePattern?: string | undefined;
  readonly namePrefix?: string | undefined;
  readonly uriPattern?: string | undefined;
  readonly uriPrefix?: string | undefined;
  /** Named by any of these Dags. */
  readonly dagIds?: readonly string[] | undefined;
  readonly onlyActive?: boolean | undefined;
}

/** Columns behind the names. */
export const ASSET_SORTS = {
  id: "a.id",
  name: "a.name",
  uri: "a.uri",
  createdAt: "a.created_at",
  updatedAt: "a.updated_at",
} as const;

type AssetFacts = Omit<AssetRow, "scheduledDags" | "producingTasks" | "consumingTasks" | "aliases">;

const SELECT = `
  select a.id, a.name, a.uri, a.group_name as "group", a.extra, a.is_active as "isActive", a.created_at as "createdAt", a.updated_at as "updatedAt",
    l.id as "lastEventId", l.timestamp as "lastEventAt"
  from asset a left join lateral (
    select e.id, e.timestamp from asset_event e where e.asset_id = a.id order by e.timestamp desc, e.id desc limit 1
  ) l on true`;

function conditionsOf(filter: AssetFilter): Conditions {
  const conditions = new Conditions()
    .anyOf("a.id", filter.ids, "bigint")
    .pattern("a.name", filter.namePattern)
    .prefix("a.name", filter.namePrefix)
    .pattern("a.uri", filter.uriPattern)
    .prefix("a.uri", filter.uriPrefix)
    .add(
      filter.dagIds,
      (param) =>
        `exists (select 1 from asset_reference r where r.asset_id = a.id and r.dag_id = any(${param}::text[]))`,
    );
  return filter.onlyActive === true ? conditions.raw("a.is_active") : conditions;
}

/** Assets. @param scope only these Dags are told as those that name them */
export async function listAssets(
  sql: Sql,
  scope: DagScope,
  filter: AssetFilter,
  ordering: Ordering<keyof typeof ASSET_SORTS>,
  paging: Paging,
): Promise<Page<AssetRow>> {
  const counted = conditionsOf(filter);
  const [count] = await sql.query<{ total: number }>(
    `select count(*) as total from asset a ${counted.where()}`,
    counted.params,
  );
  if (paging.limit === 0) return { rows: [], total: count?.total ?? 0 };
  const conditions = conditionsOf(filter);
  const where = conditions.where();
  const page = conditions.page(ASSET_SORTS, ordering, "a.id", paging);
  const facts = await sql.query<AssetFacts>(`${SELECT} ${where} ${page}`, conditions.params);
  return { rows: await withSurroundings(sql, scope, facts), total: count?.total ?? 0 };
}

/** One asset, active or not; undefined where there is none. */
export async function findAsset(sql: Sql, scope: DagScope, id: number): Promise<AssetRow | undefined> {
  if (!Number.isSafeInteger(id)) return undefined;
  const facts = await sql.query<AssetFacts>(`${SELECT} where a.id = $1`, [id]);
  return firstOf(await withSurroundings(sql, scope, facts));
}

/** The asset of a uri: the active one, else the oldest. */
export async function findAssetByUri(sql: Sql, scope: DagScope, uri: string): Promise<AssetRow | undefined> {
  const facts = await sql.query<AssetFacts>(`${SELECT} where a.uri = $1 order by a.is_active desc, a.id limit 1`, [
    uri,
  ]);
  return firstOf(await withSurroundings(sql, scope, facts));
}

async function withSurroundings(sql: Sql, scope: DagScope, facts: readonly AssetFacts[]): Promise<readonly AssetRow[]> {
  if (facts.length === 0) return [];
  const ids = facts.map(({ id }) => id);
  const conditions = new Conditions().anyOf("r.asset_id", ids, "bigint").scope("r.dag_id", scope);
  const [uses, aliases] = await Promise.all([
    sql.query<AssetUse & { readonly assetId: number; readonly kind: string }>(
      `select r.asset_id as "assetId", r.kind, r.dag_id as "dagId", r.task_id as "taskId", r.created_at as "createdAt", r.updated_at as "updatedAt"
       from asset_reference r ${conditions.where()} order by r.dag_id, r.task_id`,
      conditions.params,
    ),
    sql.query<AliasRow & { readonly assetId: number }>(
      `select m.asset_id as "assetId", l.id, l.name, l.group_name as "group" from asset_alias_asset m join asset_alias l on l.id = m.alias_id
       where m.asset_id = any($1::bigint[]) order by l.name`,
      [ids],
    ),
  ]);
  const usesOf = (id: number, kind: string): readonly AssetUse[] =>
    uses.filter((each) => each.assetId === id && each.kind === kind);
  return facts.map((asset) => ({
    ...asset,
    scheduledDags: usesOf(asset.id, "schedule"),
    producingTasks: usesOf(asset.id, "outlet"),
    consumingTasks: usesOf(asset.id, "inlet"),
    aliases: aliases.filter((each) => each.assetId === asset.id),
  }));
}

/** Keys of assets by name and uri, for expressions. */
export async function assetIdsOf(
  sql: Sql,
  assets: readonly { readonly name: string; readonly uri: string }[],
): Promise<ReadonlyMap<string, number>> {
  if (assets.length === 0) return new Map();
  const rows = await sql.query<{ id: number; name: string; uri: string }>(
    `select id, name, uri from asset where (name, uri) in (select * from unnest($1::text[], $2::text[]))`,
    [assets.map(({ name }) => name), assets.map(({ uri }) => uri)],
  );
  return new Map(rows.map(({ id, name, uri }) => [`${name}\n${uri}`, id]));
}

/** Columns behind the names. */
export const ALIAS_SORTS = { id: "l.id", name: "l.name" } as const;

const ALIASES = `select l.id, l.name, l.group_name as "group" from asset_alias l`;

/** Aliases. */
export async function listAliases(
  sql: Sql,
  filter: { readonly namePattern?: string | undefined; readonly namePrefix?: string | undefined },
  ordering: Ordering<keyof typeof ALIAS_SORTS>,
  paging: Paging,
): Promise<Page<AliasRow>> {
  const conditions = new Conditions().pattern("l.name", filter.namePattern).prefix("l.name", filter.namePrefix);
  const where = conditions.where();
  const [count] = await sql.query<{ total: number }>(`select count(*) as total from asset_alias l ${where}`, [
    ...conditions.params,
  ]);
  const page = conditions.page(ALIAS_SORTS, ordering, "l.id", paging);
  const rows = await sql.query<AliasRow>(`${ALIASES} ${where} ${page}`, conditions.params);
  return { rows, total: count?.total ?? 0 };
}

/** One alias; undefined where there is none. */
export async function findAlias(sql: Sql, id: number): Promise<AliasRow | undefined> {
  if (!Number.isSafeInteger(id)) return undefined;
  return firstOf(await sql.query<AliasRow>(`${ALIASES} where l.id = $1`, [id]));
}
