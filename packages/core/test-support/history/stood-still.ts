import type { Sql } from "@windlass/core/database";
import type { Fault } from "./fault.ts";

/** A run that waited for nothing but a scheduler. */
export interface WaitOfRun {
  readonly dagId: string;
  readonly runId: string;
  /** From its making to its first transition, or until now where there was none. Seconds. */
  readonly seconds: number;
}

/** Invariant 18: no run of others waited longer than one bounded step. @param troubled Dags that were broken on purpose */
export function stoodStill(
  waits: readonly WaitOfRun[],
  boundSeconds: number,
  troubled: readonly string[],
): readonly Fault[] {
  return waits
    .filter(({ dagId, seconds }) => seconds > boundSeconds && !troubled.includes(dagId))
    .map((row) => ({ invariant: "h18_stood_still", row }));
}

/** How long the runs of a database waited; those of paused Dags, and those that were not due, are left out. */
export async function listWaits(sql: Sql): Promise<readonly WaitOfRun[]> {
  return sql.query<WaitOfRun>(
    `select r.dag_id as "dagId", r.run_id as "runId", extract(epoch from coalesce(n.at, clock_timestamp()) - e.at)::double precision as seconds
     from event e join dag_run r on r.id = e.dag_run_id join dag d on d.dag_id = r.dag_id and not d.is_paused
     left join lateral (select at from event n where n.dag_run_id = e.dag_run_id and n.id > e.id order by n.id limit 1) n on true
     where e.reason = 'run_created' and r.run_after <= clock_timestamp()`,
  );
}
