import type { Instant, SerializedDag } from "@windlass/contract";
import type { Sql } from "@windlass/core/database";
import type { Fault } from "./fault.ts";

/** A run that a schedule made. */
export interface ScheduledRun {
  readonly runId: string;
  readonly dagVersionId: number;
  readonly start: Instant;
  readonly end: Instant;
}

/**
 * Invariant 11: of a Dag that catches up, the interval of each run begins where that of the run before ended; nothing is left out and nothing is made
 * twice. Schedules of points have no such intervals, and where the version changed the schedule may have.
 * @param runs of one Dag, by their logical dates
 */
export function catchUpGaps(runs: readonly ScheduledRun[]): readonly Fault[] {
  return runs.flatMap((run, index): readonly Fault[] => {
    const before = runs[index - 1];
    if (!before || before.dagVersionId !== run.dagVersionId || run.start === run.end) return [];
    return before.end === run.start ? [] : [{ invariant: "h11_catch_up_gap", row: { before, run } }];
  });
}

/** Looks through all Dags of a database that catch up, save those of which somebody deleted runs. */
export async function findCatchUpGaps(sql: Sql): Promise<readonly Fault[]> {
  const rows = await sql.query<ScheduledRun & { readonly dagId: string; readonly dag: SerializedDag }>(
    `select r.dag_id as "dagId", r.run_id as "runId", r.dag_version_id as "dagVersionId", r.data_interval_start as start,
       r.data_interval_end as "end", v.serialized as dag
     from dag_run r join dag_version v on v.id = r.dag_version_id
     where r.run_type = 'scheduled' and r.data_interval_start is not null and not exists (
       select 1 from event e where e.dag_id = r.dag_id and e.reason = 'run_created' and not exists (select 1 from dag_run x where x.id = e.dag_run_id))
     order by r.dag_id, r.logical_date`,
  );
  const caughtUp = rows.filter(
    ({ dag }) => dag.catchup && (dag.schedule.kind === "cron" || dag.schedule.kind === "every"),
  );
  return [...Map.groupBy(caughtUp, (row) => row.dagId).values()].flatMap(catchUpGaps);
}
