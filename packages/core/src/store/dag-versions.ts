import type { SerializedDag } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A stored version of a Dag. */
export interface DagVersionRow {
  readonly id: number;
  readonly dagId: string;
  readonly versionNumber: number;
  readonly bundleHash: string;
  readonly dag: SerializedDag;
}

/** Versions by their keys; one that does not exist is left out. */
export async function loadDagVersions(sql: Sql, ids: readonly number[]): Promise<readonly DagVersionRow[]> {
  if (ids.length === 0) return [];
  const rows = await sql.query<{
    id: number;
    dag_id: string;
    version_number: number;
    bundle_hash: string;
    serialized: SerializedDag;
  }>(`select id, dag_id, version_number, bundle_hash, serialized from dag_version where id = any($1::bigint[])`, [ids]);
  return rows.map((row) => ({
    id: row.id,
    dagId: row.dag_id,
    versionNumber: row.version_number,
    bundleHash: row.bundle_hash,
    dag: row.serialized,
  }));
}

/** The code of a bundle; undefined where there is none of this hash. */
export async function loadBundle(sql: Sql, hash: string): Promise<Buffer | undefined> {
  const rows = await sql.query<{ code: Buffer }>(`select code from bundle where hash = $1`, [hash]);
  return rows[0]?.code;
}

/** Hashes of the bundles of Dags that may run, those with the latest runs first. */
export async function listCurrentBundles(sql: Sql, limit: number): Promise<readonly string[]> {
  const rows = await sql.query<{ bundle_hash: string }>(
    `select v.bundle_hash from dag d join dag_version v on v.id = d.current_version_id
     left join lateral (select r.run_after from dag_run r where r.dag_id = d.dag_id order by r.run_after desc, r.id desc limit 1) l on true
     where not d.is_stale and not d.is_paused
     group by v.bundle_hash order by max(l.run_after) desc nulls last limit $1`,
    [limit],
  );
  return rows.map((row) => row.bundle_hash);
}
