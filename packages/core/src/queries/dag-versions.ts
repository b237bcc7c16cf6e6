import type { DagScope, Instant, SerializedDag, SerializedTask } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging } from "./conditions.ts";

/** One stored version of a Dag. */
export interface DagVersionRow {
  readonly id: number;
  readonly uuid: string;
  readonly dagId: string;
  readonly displayName: string;
  readonly versionNumber: number;
  readonly createdAt: Instant;
  readonly bundleHash: string;
}

/** Columns behind the names. */
export const DAG_VERSION_SORTS = { id: "v.id", versionNumber: "v.version_number", createdAt: "v.created_at" } as const;

const COLUMNS = `v.id, v.uuid, v.dag_id as "dagId", coalesce(d.display_name, d.dag_id) as "displayName",
  v.version_number as "versionNumber", v.created_at as "createdAt", v.bundle_hash as "bundleHash"`;
const FROM = "from dag_version v join dag d on d.dag_id = v.dag_id";

/** Versions of one Dag, or of all in a scope. */
export async function listDagVersions(
  sql: Sql,
  scope: DagScope,
  filter: { readonly dagId?: string | undefined; readonly versionNumber?: number | undefined },
  ordering: Ordering<keyof typeof DAG_VERSION_SORTS>,
  paging: Paging,
): Promise<Page<DagVersionRow>> {
  const conditions = new Conditions()
    .scope("v.dag_id", scope)
    .equals("v.dag_id", filter.dagId)
    .equals("v.version_number", filter.versionNumber);
  const where = conditions.where();
  const counted = [...conditions.params];
  const [count] = await sql.query<{ total: number }>(`select count(*) as total ${FROM} ${where}`, counted);
  const page = conditions.page(DAG_VERSION_SORTS, ordering, "v.id", paging);
  const rows = await sql.query<DagVersionRow>(`select ${COLUMNS} ${FROM} ${where} ${page}`, conditions.params);
  return { rows, total: count?.total ?? 0 };
}

/** One version by its number. */
export async function findDagVersion(
  sql: Sql,
  dagId: string,
  versionNumber: number,
): Promise<DagVersionRow | undefined> {
  return firstOf(
    await sql.query<DagVersionRow>(`select ${COLUMNS} ${FROM} where v.dag_id = $1 and v.version_number = $2`, [
      dagId,
      versionNumber,
    ]),
  );
}

/** A version with its definition. */
export interface DefinedVersion extends DagVersionRow {
  readonly definition: SerializedDag;
}

/** The definition of a version of a Dag, tasks included; the newest where no number is given. */
export async function findDefinition(
  sql: Sql,
  dagId: string,
  versionNumber?: number,
): Promise<DefinedVersion | undefined> {
  const which = versionNumber === undefined ? "v.id = d.current_version_id" : "v.version_number = $2";
  const params = versionNumber === undefined ? [dagId] : [dagId, versionNumber];
  return firstOf(
    await sql.query<DefinedVersion>(
      `select ${COLUMNS}, v.serialized as definition ${FROM} where v.dag_id = $1 and ${which}`,
      params,
    ),
  );
}

/** The source file that a version was loaded from. */
export interface DagSource {
  readonly dagId: string;
  readonly displayName: string;
  readonly versionNumber: number;
  readonly source: string;
  readonly relativeFileloc: string;
  /** Every Dag whose current version comes from the same file; one may read the source who may read all of them. */
  readonly neighbours: readonly string[];
}

/** The source of a version; the newest where no number is given. */
export async function findDagSource(sql: Sql, dagId: string, versionNumber?: number): Promise<DagSource | undefined> {
  const which = versionNumber === undefined ? "v.id = d.current_version_id" : "v.version_number = $2";
  const params = versionNumber === undefined ? [dagId] : [dagId, versionNumber];
  const rows = await sql.query<DagSource>(
    `select v.dag_id as "dagId", coalesce(d.display_name, d.dag_id) as "displayName", v.version_number as "versionNumber", b.source,
       b.relative_fileloc as "relativeFileloc",
       (select array_agg(distinct o.dag_id) from dag_version o where o.bundle_hash = v.bundle_hash) as neighbours
     ${FROM} join bundle b on b.hash = v.bundle_hash where v.dag_id = $1 and ${which}`,
    params,
  );
  return firstOf(rows);
}

/** Display names by task id, where they differ from the id. */
export type DagVersionNames = Readonly<Record<string, string>>;

/** Display names of the tasks of some versions. */
export async function taskDisplayNames(
  sql: Sql,
  versionIds: readonly number[],
): Promise<ReadonlyMap<number, DagVersionNames>> {
  if (versionIds.length === 0) return new Map();
  const rows = await sql.query<{ id: number; names: Record<string, string> | null }>(
    `select v.id, (select json_object_agg(t ->> 'taskId', t ->> 'displayName') from json_array_elements(v.serialized -> 'tasks') t
       where t ->> 'displayName' is not null) as names
     from dag_version v where v.id = any($1::bigint[])`,
    [versionIds],
  );
  return new Map(rows.map(({ id, names }) => [id, names ?? {}]));
}

/** One task of a version's definition. */
export function taskOf(version: DefinedVersion, taskId: string): SerializedTask | undefined {
  return version.definition.tasks.find((task) => task.taskId === taskId);
}
