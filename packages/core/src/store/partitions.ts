import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** Which runs of a Dag: one, those of a partition, or those whose partition begins in a span. */
export type PartitionSelection =
  | { readonly runId: string }
  | { readonly partitionKey: string }
  | { readonly from: Instant | null; readonly to: Instant | null };

/** A run that was selected. */
export interface PartitionRun {
  readonly id: number;
  readonly runId: string;
  /** It stands for a partition. */
  readonly hasPartition: boolean;
}

/** The runs that a selection is about, locked until the transaction ends. */
export async function lockPartitionRuns(
  sql: Sql,
  dagId: string,
  selection: PartitionSelection,
): Promise<readonly PartitionRun[]> {
  const { runId, partitionKey, from, to } = { runId: null, partitionKey: null, from: null, to: null, ...selection };
  return sql.query<PartitionRun>(
    `select id, run_id as "runId", (partition_key is not null or partition_date is not null) as "hasPartition" from dag_run
     where dag_id = $1 and case when $2::text is not null then run_id = $2 when $3::text is not null then partition_key = $3
       else partition_date is not null and ($4::timestamptz is null or partition_date >= $4) and ($5::timestamptz is null or partition_date <= $5) end
     order by id for no key update`,
    [dagId, runId, partitionKey, from, to],
  );
}

/** Has runs stand for no partition any more. */
export async function forgetPartitions(sql: Sql, ids: readonly number[]): Promise<void> {
  await sql.execute(
    `update dag_run set partition_key = null, partition_date = null, version = version + 1, updated_at = clock_timestamp()
     where id = any($1::bigint[])`,
    [ids],
  );
}
