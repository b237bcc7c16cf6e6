import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** Bounds on logical dates, both included; null: open. */
export interface LogicalDateSpan {
  readonly from: Instant | null;
  readonly to: Instant | null;
}

/** A run of a span. */
export interface RunBetween {
  readonly id: number;
  readonly runId: string;
  /** Made by its Dag's schedule, or in its place by a backfill. */
  readonly isScheduled: boolean;
}

/** A Dag's runs whose logical dates lie in a span, oldest first. @param most no more than so many are read */
export async function listRunsBetween(
  sql: Sql,
  dagId: string,
  { from, to }: LogicalDateSpan,
  most: number,
): Promise<readonly RunBetween[]> {
  return sql.query<RunBetween>(
    `select id, run_id as "runId", run_type in ('scheduled', 'backfill') as "isScheduled" from dag_run
     where dag_id = $1 and ($2::timestamptz is null or logical_date >= $2) and ($3::timestamptz is null or logical_date <= $3)
     order by logical_date nulls last, id limit $4`,
    [dagId, from, to, most],
  );
}

/** Lets others wait with changing a run until the transaction ends. @returns whether it is there */
export async function lockRun(sql: Sql, id: number): Promise<boolean> {
  return (await sql.query("select 1 from dag_run where id = $1 for update", [id])).length > 0;
}
