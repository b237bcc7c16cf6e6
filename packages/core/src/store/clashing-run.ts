import type { Instant, RunState, RunType } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import type { ExistingRun } from "./runs.ts";

interface Row {
  id: number;
  run_id: string;
  logical_date: Instant | null;
  state: RunState;
  run_type: RunType;
}

function toRun(row: Row): ExistingRun {
  return { id: row.id, runId: row.run_id, logicalDate: row.logical_date, state: row.state, runType: row.run_type };
}

/** The runs of a Dag that have an id or a logical date already. */
export async function findClashingRuns(
  sql: Sql,
  dagId: string,
  runId: string | null,
  logicalDate: Instant | null,
): Promise<{ readonly byId: ExistingRun | undefined; readonly byDate: ExistingRun | undefined }> {
  const rows = await sql.query<Row>(
    `select id, run_id, logical_date, state, run_type from dag_run where dag_id = $1 and (run_id = $2 or logical_date = $3)`,
    [dagId, runId, logicalDate],
  );
  const byId = rows.find((row) => row.run_id === runId);
  const byDate = logicalDate === null ? undefined : rows.find((row) => row.logical_date === logicalDate);
  return { byId: byId && toRun(byId), byDate: byDate && toRun(byDate) };
}
