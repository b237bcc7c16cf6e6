import type { Instant, SerializedDag } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** What decisions need to know of a Dag. */
export interface DagFacts {
  readonly dagId: string;
  readonly isPaused: boolean;
  readonly isStale: boolean;
  readonly staleSince: Instant | null;
  readonly hasImportErrors: boolean;
  readonly relativeFileloc: string;
  readonly versionId: number | null;
  readonly versionNumber: number | null;
  readonly versionUuid: string | null;
  readonly bundleHash: string | null;
  readonly versionCreatedAt: Instant | null;
  /** null only where no version was ever stored. */
  readonly dag: SerializedDag | null;
}

/** A Dag with its current version. */
export async function findDagFacts(sql: Sql, dagId: string): Promise<DagFacts | undefined> {
  const rows = await sql.query<{
    is_paused: boolean;
    is_stale: boolean;
    stale_since: Instant | null;
    has_import_errors: boolean;
    relative_fileloc: string;
    version_id: number | null;
    version_number: number | null;
    uuid: string | null;
    bundle_hash: string | null;
    version_created_at: Instant | null;
    serialized: SerializedDag | null;
  }>(
    `select d.is_paused, d.is_stale, d.stale_since, d.has_import_errors, d.relative_fileloc, v.id as version_id, v.version_number, v.uuid,
       v.bundle_hash, v.created_at as version_created_at, v.serialized
     from dag d left join dag_version v on v.id = d.current_version_id where d.dag_id = $1`,
    [dagId],
  );
  const row = rows[0];
  if (!row) return undefined;
  return {
    dagId,
    isPaused: row.is_paused,
    isStale: row.is_stale,
    staleSince: row.stale_since,
    hasImportErrors: row.has_import_errors,
    relativeFileloc: row.relative_fileloc,
    versionId: row.version_id,
    versionNumber: row.version_number,
    versionUuid: row.uuid,
    bundleHash: row.bundle_hash,
    versionCreatedAt: row.version_created_at,
    dag: row.serialized,
  };
}

/** The ids of all Dags, for "did you mean". */
export async function listDagIds(sql: Sql): Promise<readonly string[]> {
  return (await sql.query<{ dag_id: string }>(`select dag_id from dag order by dag_id limit 5000`)).map(
    (row) => row.dag_id,
  );
}

/** The first line of the errors of a Dag file. */
export async function importErrorsOf(
  sql: Sql,
  relativeFileloc: string,
): Promise<readonly { readonly reason: string; readonly fix: string; readonly line: number | null }[]> {
  return sql.query(`select reason, fix, line from import_error where relative_fileloc = $1 order by id limit 3`, [
    relativeFileloc,
  ]);
}

/** Whether the Dags folder was read as a whole since the installation was made. */
export async function anyDagParsed(sql: Sql): Promise<boolean> {
  return (await sql.query(`select 1 from dag union all select 1 from import_error limit 1`)).length > 0;
}

/** How many runs of a Dag are running, those of backfills aside. */
export async function countRunningRuns(sql: Sql, dagId: string): Promise<number> {
  const rows = await sql.query<{ n: number }>(
    `select count(*) as n from dag_run where dag_id = $1 and state = 'running' and backfill_id is null`,
    [dagId],
  );
  return rows[0]?.n ?? 0;
}

/** Which of these names exist. */
export async function existingNames(
  sql: Sql,
  names: {
    readonly connections: readonly string[];
    readonly variables: readonly string[];
    readonly pools: readonly string[];
  },
): Promise<{
  readonly connections: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  readonly pools: ReadonlySet<string>;
}> {
  const rows = await sql.query<{ kind: string; name: string }>(
    `select 'connection' as kind, connection_id as name from connection where connection_id = any($1::text[])
     union all select 'variable', key from variable where key = any($2::text[])
     union all select 'pool', name from pool where name = any($3::text[])`,
    [names.connections, names.variables, names.pools],
  );
  const of = (kind: string): ReadonlySet<string> =>
    new Set(rows.filter((row) => row.kind === kind).map((row) => row.name));
  return { connections: of("connection"), variables: of("variable"), pools: of("pool") };
}

/** Seconds since a scheduler gave a sign of life; null where none ever did. */
export async function schedulerSilence(sql: Sql): Promise<number | null> {
  const rows = await sql.query<{ seconds: number | null }>(
    `select extract(epoch from clock_timestamp() - max(last_seen_at))::double precision as seconds from service_heartbeat where service = 'scheduler'`,
  );
  return rows[0]?.seconds ?? null;
}
