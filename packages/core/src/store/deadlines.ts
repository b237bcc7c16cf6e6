import type { Instant, RunState, SerializedDag, SerializedDeadline } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { deadlineMoment } from "../domain/notices/deadline-moment.ts";

/** A run that was made, of a Dag with deadlines. */
export interface RunWithDeadlines {
  readonly id: number;
  readonly dagId: string;
  readonly dagVersionId: number;
  readonly logicalDate: Instant | null;
  readonly queuedAt: Instant;
  readonly deadlines: readonly SerializedDeadline[];
}

/** Writes the deadlines of new runs, in the transaction that makes them. */
export async function insertDeadlines(sql: Sql, runs: readonly RunWithDeadlines[]): Promise<void> {
  if (runs.length === 0) return;
  const durations = await recentDurations(sql, runs);
  const rows = runs.flatMap((run) =>
    run.deadlines.flatMap((deadline, position) => {
      const { queuedAt, logicalDate } = run;
      const facts = { queuedAt, logicalDate, now: queuedAt, durations: durations.get(run.dagId) ?? [] };
      const at = deadlineMoment(deadline, facts);
      if (at === null) return [];
      return {
        dag_run_id: run.id,
        dag_version_id: run.dagVersionId,
        position,
        name: deadline.name,
        reference: deadline.reference.kind,
        interval_seconds: deadline.intervalSeconds,
        deadline_at: at,
      };
    }),
  );
  if (rows.length === 0) return;
  await sql.execute(
    `insert into deadline (dag_run_id, dag_version_id, position, name, reference, interval_seconds, deadline_at)
     select * from jsonb_to_recordset($1::jsonb) as g(dag_run_id bigint, dag_version_id bigint, position integer, name text, reference text,
       interval_seconds double precision, deadline_at timestamptz)
     on conflict do nothing`,
    [JSON.stringify(rows)],
  );
}

/** How long the latest successful runs took, of Dags with a deadline that goes by it. */
async function recentDurations(
  sql: Sql,
  runs: readonly RunWithDeadlines[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const most = new Map<string, number>();
  for (const { dagId, deadlines } of runs) {
    for (const { reference } of deadlines) {
      if (reference.kind !== "average_runtime") continue;
      most.set(dagId, Math.max(most.get(dagId) ?? 0, reference.maxRuns));
    }
  }
  if (most.size === 0) return new Map();
  const rows = await sql.query<{ dag_id: string; seconds: number }>(
    `select g.dag_id, l.seconds from unnest($1::text[], $2::integer[]) as g(dag_id, most)
     cross join lateral (
       select extract(epoch from r.end_date - r.start_date)::double precision as seconds, r.logical_date, r.id from dag_run r
       where r.dag_id = g.dag_id and r.state = 'success' and r.start_date is not null
       order by r.logical_date desc nulls last, r.id desc limit g.most
     ) l
     order by l.logical_date desc nulls last, l.id desc`,
    [[...most.keys()], [...most.values()]],
  );
  const found = new Map<string, number[]>();
  for (const { dag_id: dagId, seconds } of rows) found.set(dagId, [...(found.get(dagId) ?? []), seconds]);
  return found;
}

/** A deadline that has just been found missed. */
export interface MissedDeadline {
  readonly id: number;
  readonly dagRunId: number;
  readonly position: number;
  readonly name: string | null;
  readonly deadlineAt: Instant;
  readonly dagId: string;
  readonly runId: string;
  readonly state: RunState;
  readonly logicalDate: Instant | null;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly serialized: Pick<SerializedDag, "deadlines" | "alerts">;
}

/** Marks deadlines that are over as missed; each is found by one caller alone. Call it in a transaction with what follows. */
export async function takeMissedDeadlines(sql: Sql, now: Instant, limit: number): Promise<readonly MissedDeadline[]> {
  return sql.query<MissedDeadline>(
    `with due as (
       select id from deadline where missed_at is null and deadline_at < $1 order by deadline_at limit $2 for update skip locked
     )
     update deadline d set missed_at = $1
     from due, dag_run r, dag_version v
     where d.id = due.id and r.id = d.dag_run_id and v.id = d.dag_version_id
     returning d.id, d.dag_run_id as "dagRunId", d.position, d.name, d.deadline_at as "deadlineAt", r.dag_id as "dagId", r.run_id as "runId",
       r.state, r.logical_date as "logicalDate", r.start_date as "startDate", r.end_date as "endDate",
       json_build_object('deadlines', v.deadlines, 'alerts', v.serialized -> 'alerts') as serialized`,
    [now, limit],
  );
}

/** The moment of the next deadline; null: there is none. */
export async function nextDeadlineAt(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ at: Instant | null }>(
    `select min(deadline_at) as at from deadline where missed_at is null`,
  );
  return row?.at ?? null;
}
