import type { Instant, RunState, RunType } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { forgetDagAssets } from "./assets/sync-dag-assets.ts";

/** A run as hand changes see it. */
export interface RunKey {
  readonly id: number;
  readonly runId: string;
  readonly state: RunState;
  readonly runType: RunType;
  readonly logicalDate: Instant | null;
  readonly note: string | null;
}

interface Row {
  id: number;
  run_id: string;
  state: RunState;
  run_type: RunType;
  logical_date: Instant | null;
  note: string | null;
}

/** A run by its ids. @param lock whether others must wait with changing it until the transaction ends */
export async function findRun(sql: Sql, dagId: string, runId: string, lock = false): Promise<RunKey | undefined> {
  const rows = await sql.query<Row>(
    `select id, run_id, state, run_type, logical_date, note from dag_run where dag_id = $1 and run_id = $2 ${lock ? "for update" : ""}`,
    [dagId, runId],
  );
  const row = rows[0];
  if (!row) return undefined;
  const { id, run_id, state, run_type, logical_date, note } = row;
  return { id, runId: run_id, state, runType: run_type, logicalDate: logical_date, note };
}

/** Ids of the latest runs of a Dag, for "did you mean". */
export async function listRecentRunIds(sql: Sql, dagId: string): Promise<readonly string[]> {
  return (
    await sql.query<{ run_id: string }>(
      `select run_id from dag_run where dag_id = $1 order by run_after desc, id desc limit 200`,
      [dagId],
    )
  ).map((row) => row.run_id);
}

/** Sets a run's note. */
export async function setRunNote(sql: Sql, id: number, note: string | null, accountId: number | null): Promise<void> {
  await sql.execute(
    `update dag_run set note = $2, note_account_id = $3, updated_at = clock_timestamp() where id = $1`,
    [id, note, accountId],
  );
}

/** Attempts of a run that may be executing right now. */
export async function listOpenAttempts(sql: Sql, dagRunId: number): Promise<readonly string[]> {
  const rows = await sql.query<{ attempt_id: string }>(
    `select attempt_id from task_instance where dag_run_id = $1 and state in ('queued', 'running', 'restarting')`,
    [dagRunId],
  );
  return rows.map((row) => row.attempt_id);
}

/** Deletes a run with its task instances, attempts and XComs. */
export async function deleteRun(sql: Sql, id: number): Promise<void> {
  await sql.execute(`delete from dag_run where id = $1`, [id]);
}

/** Pauses or unpauses a Dag. @returns whether it is there */
export async function setDagPaused(sql: Sql, dagId: string, paused: boolean): Promise<boolean> {
  return (await sql.execute(`update dag set is_paused = $2 where dag_id = $1`, [dagId, paused])) > 0;
}

/** Deletes a Dag with its versions, runs and everything below. @returns whether it was there */
export async function deleteDag(sql: Sql, dagId: string): Promise<boolean> {
  await sql.execute(`delete from dag_run where dag_id = $1`, [dagId]);
  await forgetDagAssets(sql, [dagId]);
  await sql.execute(`update dag set current_version_id = null where dag_id = $1`, [dagId]);
  return (await sql.execute(`delete from dag where dag_id = $1`, [dagId])) > 0;
}

/** How many runs of a Dag are running, and their open attempts. */
export async function listOpenAttemptsOfDag(sql: Sql, dagId: string): Promise<readonly string[]> {
  const rows = await sql.query<{ attempt_id: string }>(
    `select t.attempt_id from task_instance t join dag_run r on r.id = t.dag_run_id where r.dag_id = $1 and t.state in ('queued', 'running', 'restarting')`,
    [dagId],
  );
  return rows.map((row) => row.attempt_id);
}
