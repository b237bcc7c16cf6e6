import { createHash } from "node:crypto";
import { refusal, type Instant, type LoadError, type ParseResult, type SerializedDag } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { buildGraph } from "../domain/graph.ts";
import { nextRun, type RunDates } from "../domain/schedule/next-run.ts";
import type { DagGraph } from "../domain/snapshot.ts";
import { forgetTimetable, hasTimetable, showNextTimetableDate } from "./timetables.ts";
import { jsonbText } from "./json-text.ts";
import { forgetDagAssets, syncDagAssets } from "./assets/sync-dag-assets.ts";

/** How a parsed file is to be stored. */
export interface SyncOptions {
  readonly now: Instant;
  /** For a new Dag that says nothing itself. */
  readonly pausedAtCreation: boolean;
}

/** What storing a parsed file changed. */
export interface SyncOutcome {
  /** Dags that have a new version, appeared, vanished or came back. */
  readonly changedDagIds: readonly string[];
  readonly newVersions: readonly { readonly dagId: string; readonly versionNumber: number }[];
  readonly errors: readonly LoadError[];
}

interface KnownDag {
  readonly dag_id: string;
  readonly relative_fileloc: string;
  readonly is_stale: boolean;
  readonly has_import_errors: boolean;
  readonly version_number: number | null;
  readonly content_hash: string | null;
  readonly bundle_hash: string | null;
  readonly last_interval_start: Instant | null;
  readonly last_interval_end: Instant | null;
  readonly last_run_after: Instant | null;
}

/**
 * Stores what the parser found in one file: a new version only where the Dag or its bundle differs, its tags, its next run, the file's errors.
 * Dags that the file no longer gives become stale; where the file has errors, they are marked as broken too. Call it in a transaction.
 */
export async function syncDagFile(sql: Sql, result: ParseResult, options: SyncOptions): Promise<SyncOutcome> {
  // Two files may name the same Dag; whoever comes first holds it until the other has gone.
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('windlass dag sync', 0))`);
  const known = await knownDags(sql, result);
  const errors = [...result.errors];
  const changed: string[] = [];
  const newVersions: { dagId: string; versionNumber: number }[] = [];
  if (result.hash !== null && result.bundle !== null && result.dags.length > 0) {
    await sql.execute(
      `insert into bundle (hash, relative_fileloc, code, source) values ($1, $2, $3, $4) on conflict (hash) do nothing`,
      [result.hash, result.file, Buffer.from(result.bundle), result.source],
    );
    for (const dag of result.dags) {
      const before = known.get(dag.dagId);
      if (before && before.relative_fileloc !== result.file && !before.is_stale) {
        errors.push(inTwoFiles(dag, result.file, before.relative_fileloc));
        continue;
      }
      const version = await syncDag(sql, dag, result, result.hash, before, options);
      if (version !== null || before?.is_stale !== false) await syncDagAssets(sql, dag);
      if (version !== null) newVersions.push({ dagId: dag.dagId, versionNumber: version });
      if (version !== null || before?.is_stale !== false || before.has_import_errors) changed.push(dag.dagId);
    }
  }
  const given = new Set(result.dags.map((dag) => dag.dagId));
  const gone = [...known.values()].filter((each) => each.relative_fileloc === result.file && !given.has(each.dag_id));
  const broken = errors.length > 0;
  changed.push(
    ...(await markStale(
      sql,
      gone.map((each) => each.dag_id),
      broken,
      options.now,
    )),
  );
  await replaceImportErrors(sql, result.file, errors, [...given]);
  return { changedDagIds: changed, newVersions, errors };
}

/** Marks the Dags of files that are no longer there as stale and forgets their import errors. @returns the Dags that became stale */
export async function markFilesGone(sql: Sql, files: readonly string[], now: Instant): Promise<readonly string[]> {
  if (files.length === 0) return [];
  const rows = await sql.query<{ dag_id: string }>(`select dag_id from dag where relative_fileloc = any($1::text[])`, [
    files,
  ]);
  await sql.execute(`delete from import_error where relative_fileloc = any($1::text[])`, [files]);
  return markStale(
    sql,
    rows.map((row) => row.dag_id),
    false,
    now,
  );
}

/** Files that have Dags or errors in the database; stale Dags aside. */
export async function listKnownFiles(sql: Sql): Promise<readonly string[]> {
  const rows = await sql.query<{ file: string }>(
    `select relative_fileloc as file from dag where not is_stale union select relative_fileloc from import_error`,
  );
  return rows.map((row) => row.file);
}

async function knownDags(sql: Sql, result: ParseResult): Promise<ReadonlyMap<string, KnownDag>> {
  const rows = await sql.query<KnownDag>(
    `select d.dag_id, d.relative_fileloc, d.is_stale, d.has_import_errors, v.version_number, v.content_hash, v.bundle_hash,
       r.data_interval_start as last_interval_start, r.data_interval_end as last_interval_end, r.run_after as last_run_after
     from dag d
     left join dag_version v on v.id = d.current_version_id
     left join lateral (
       select data_interval_start, data_interval_end, run_after from dag_run r
       where r.dag_id = d.dag_id and r.run_type in ('scheduled', 'backfill') order by r.logical_date desc nulls last limit 1
     ) r on true
     where d.relative_fileloc = $1 or d.dag_id = any($2::text[])`,
    [result.file, result.dags.map((dag) => dag.dagId)],
  );
  return new Map(rows.map((row) => [row.dag_id, row]));
}

async function syncDag(
  sql: Sql,
  dag: SerializedDag,
  result: ParseResult,
  bundleHash: string,
  before: KnownDag | undefined,
  options: SyncOptions,
): Promise<number | null> {
  const next = nextRun(dag.schedule, {
    last: before ? lastRun(before) : null,
    startDate: dag.startDate,
    endDate: dag.endDate,
    catchup: dag.catchup,
    now: options.now,
  });
  await sql.execute(
    `insert into dag (dag_id, display_name, description, relative_fileloc, owners, is_paused, last_parsed_at, last_parse_seconds,
       next_logical_date, next_data_interval_start, next_data_interval_end, next_run_after, has_timetable)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (dag_id) do update set display_name = excluded.display_name, description = excluded.description,
       relative_fileloc = excluded.relative_fileloc, owners = excluded.owners, is_stale = false, stale_since = null, has_import_errors = false,
       last_parsed_at = excluded.last_parsed_at, last_parse_seconds = excluded.last_parse_seconds,
       next_logical_date = excluded.next_logical_date, next_data_interval_start = excluded.next_data_interval_start,
       next_data_interval_end = excluded.next_data_interval_end, next_run_after = excluded.next_run_after, has_timetable = excluded.has_timetable`,
    [
      dag.dagId,
      dag.displayName,
      dag.description,
      result.file,
      [...new Set(dag.tasks.map((task) => task.owner))].sort(),
      dag.isPausedUponCreation ?? options.pausedAtCreation,
      options.now,
      result.seconds,
      next?.logicalDate ?? null,
      next?.dataIntervalStart ?? null,
      next?.dataIntervalEnd ?? null,
      next?.runAfter ?? null,
      hasTimetable(dag.schedule),
    ],
  );
  if (hasTimetable(dag.schedule)) await showNextTimetableDate(sql, dag.dagId);
  const serialized = JSON.stringify(dag);
  const contentHash = createHash("sha256").update(serialized).digest("hex");
  if (before?.content_hash === contentHash && before.bundle_hash === bundleHash) return null;
  await replaceTags(sql, dag);
  await forgetTimetable(sql, dag);
  return insertVersion(sql, dag, buildGraph(dag), { serialized, contentHash, bundleHash });
}

function lastRun(known: KnownDag): Pick<RunDates, "dataIntervalStart" | "dataIntervalEnd" | "runAfter"> | null {
  const { last_interval_start: start, last_interval_end: end, last_run_after: runAfter } = known;
  return start === null || end === null || runAfter === null
    ? null
    : { dataIntervalStart: start, dataIntervalEnd: end, runAfter };
}

async function replaceTags(sql: Sql, dag: SerializedDag): Promise<void> {
  await sql.execute(`delete from dag_tag where dag_id = $1 and name <> all($2::text[])`, [dag.dagId, dag.tags]);
  await sql.execute(`insert into dag_tag (dag_id, name) select $1, unnest($2::text[]) on conflict do nothing`, [
    dag.dagId,
    dag.tags,
  ]);
}

interface VersionContent {
  readonly serialized: string;
  readonly contentHash: string;
  readonly bundleHash: string;
}

async function insertVersion(sql: Sql, dag: SerializedDag, graph: DagGraph, content: VersionContent): Promise<number> {
  const rows = await sql.query<{ version_number: number }>(
    `with made as (
       insert into dag_version (dag_id, version_number, content_hash, bundle_hash, serialized, max_active_runs, deadlines)
       select $1, coalesce((select max(version_number) from dag_version where dag_id = $1), 0) + 1, $2, $3, $4::json, $6, $7::jsonb
       returning id, version_number
     ), current as (
       update dag set current_version_id = (select id from made) where dag_id = $1
     ), tasks as (
       insert into dag_version_task (dag_version_id, position, task_id, operator, pool, pool_slots, priority_weight, queue, max_tries,
         start_date, end_date)
       select made.id, t.position, t.task_id, t.operator, t.pool, t.pool_slots, t.priority_weight, t.queue, t.max_tries,
         t.start_date, t.end_date
       from made, jsonb_to_recordset($5::jsonb) as t(position integer, task_id text, operator text, pool text, pool_slots integer,
         priority_weight integer, queue text, max_tries integer, start_date timestamptz, end_date timestamptz)
     )
     select version_number from made`,
    [
      dag.dagId,
      content.contentHash,
      content.bundleHash,
      content.serialized,
      JSON.stringify(taskRows(graph)),
      dag.maxActiveRuns,
      dag.deadlines?.length ? jsonbText(dag.deadlines) : null,
    ],
  );
  return rows[0]?.version_number ?? 0;
}

// Weights add up along the edges; PostgreSQL's integer is the bound that Airflow has too.
const MOST_WEIGHT = 2_147_483_647;

function taskRows(graph: DagGraph): readonly object[] {
  return graph.order.flatMap((taskId, position) => {
    const task = graph.tasks.get(taskId);
    if (!task) return [];
    const weight = graph.effectiveWeight.get(taskId) ?? task.priorityWeight;
    return [
      {
        position,
        task_id: taskId,
        operator: task.operator,
        pool: task.pool,
        pool_slots: task.poolSlots,
        priority_weight: Math.max(-MOST_WEIGHT, Math.min(MOST_WEIGHT, weight)),
        queue: task.queue,
        max_tries: task.retry.attempts,
        start_date: task.startDate ?? null,
        end_date: task.endDate ?? null,
      },
    ];
  });
}

async function markStale(
  sql: Sql,
  dagIds: readonly string[],
  broken: boolean,
  now: Instant,
): Promise<readonly string[]> {
  if (dagIds.length === 0) return [];
  const rows = await sql.query<{ dag_id: string }>(
    `update dag set is_stale = true, stale_since = coalesce(stale_since, $3), has_import_errors = $2, next_logical_date = null,
       next_data_interval_start = null, next_data_interval_end = null, next_run_after = null
     where dag_id = any($1::text[]) and (not is_stale or has_import_errors <> $2)
     returning dag_id`,
    [dagIds, broken, now],
  );
  // A file that does not load for a while says nothing about what its Dags wait for.
  if (!broken) await forgetDagAssets(sql, dagIds);
  return rows.map((row) => row.dag_id);
}

/** A timetable's failure is not found by parsing, so it stays as long as its Dag is there. */
async function replaceImportErrors(
  sql: Sql,
  file: string,
  errors: readonly LoadError[],
  dagIds: readonly string[],
): Promise<void> {
  await sql.execute(
    `with given as (
       select * from jsonb_to_recordset($2::jsonb) as g(code text, reason text, fix text, line integer, column_number integer, trace text)
     ), gone as (
       delete from import_error e where relative_fileloc = $1 and (code <> 'dag_file.timetable_failed' or dag_id <> all($3::text[]))
         and not exists (select 1 from given g where g.code = e.code and g.reason = e.reason)
     )
     insert into import_error (relative_fileloc, code, reason, fix, line, column_number, trace)
     select distinct on (code, reason) $1, code, reason, fix, line, column_number, trace from given
     on conflict (relative_fileloc, dag_id, code, reason) do update set fix = excluded.fix, line = excluded.line,
       column_number = excluded.column_number, trace = excluded.trace`,
    [
      file,
      JSON.stringify(
        errors.map((each) => ({
          code: each.code,
          reason: each.reason,
          fix: each.fix,
          line: each.line,
          column_number: each.column,
          trace: each.trace,
        })),
      ),
      dagIds,
    ],
  );
}

function inTwoFiles(dag: SerializedDag, file: string, otherFile: string): LoadError {
  const { code, reason, fix } = refusal("dag_file.dag_in_two_files", {
    dag_id: dag.dagId,
    file,
    other_file: otherFile,
  });
  return { code, reason, fix, file, line: null, column: null, trace: reason };
}

/** Pauses a Dag if its latest `bound` finished runs have all failed. @returns whether it is paused now and was not before */
export async function pauseIfFailing(sql: Sql, dagId: string, bound: number): Promise<boolean> {
  const changed = await sql.execute(
    `update dag set is_paused = true
     where dag_id = $1 and not is_paused and (
       select count(*) = $2 and bool_and(state = 'failed') from (
         select state from dag_run where dag_id = $1 and state in ('success', 'failed') order by run_after desc, id desc limit $2
       ) latest
     )`,
    [dagId, bound],
  );
  return changed === 1;
}
