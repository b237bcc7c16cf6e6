import {
  addSeconds,
  type Instant,
  type RunState,
  type SerializedDag,
  type SerializedDeadline,
} from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { deadlineBase } from "../domain/notices/deadline-moment.ts";

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
      const base = deadlineBase(deadline.reference, facts);
      if (base === null) return [];
      const { intervalSeconds: seconds, intervalVariable: variable = null } = deadline;
      return {
        dag_run_id: run.id,
        dag_version_id: run.dagVersionId,
        position,
        name: deadline.name,
        reference: deadline.reference.kind,
        base_at: base,
        interval_seconds: seconds,
        variable,
        deadline_at: seconds === null ? null : addSeconds(base, seconds),
      };
    }),
  );
  if (rows.length === 0) return;
  await sql.execute(
    `insert into deadline (dag_run_id, dag_version_id, position, name, reference, base_at, interval_seconds, variable, deadline_at)
     select * from jsonb_to_recordset($1::jsonb) as g(dag_run_id bigint, dag_version_id bigint, position integer, name text, reference text,
       base_at timestamptz, interval_seconds double precision, variable text, deadline_at timestamptz)
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

/** A deadline whose interval is yet to be read. */
export interface OpenDeadline {
  readonly id: number;
  readonly name: string | null;
  readonly variable: string;
  readonly dagId: string;
  readonly runId: string;
}

/** Deadlines whose interval a variable holds that nobody has read yet, the oldest first. */
export async function listOpenDeadlines(sql: Sql, limit: number): Promise<readonly OpenDeadline[]> {
  return sql.query<OpenDeadline>(
    `select d.id, d.name, d.variable, r.dag_id as "dagId", r.run_id as "runId" from deadline d join dag_run r on r.id = d.dag_run_id
     where d.deadline_at is null and d.problem is null order by d.id limit $1`,
    [limit],
  );
}

/** What a variable said of a deadline: its seconds, or why they are not known. */
export interface ReadInterval {
  readonly id: number;
  readonly seconds: number | null;
  readonly problem: string | null;
}

/** Sets intervals that were read; what another has set stays. Call it in a transaction. */
export async function setIntervals(sql: Sql, read: readonly ReadInterval[]): Promise<void> {
  const ids = read.map(({ id }) => id);
  // A run that ends meanwhile removes the deadlines that it met, by their moments: it has to see them, or be seen.
  await sql.query(
    `select r.id from dag_run r where r.id in (select dag_run_id from deadline where id = any($1::bigint[])) order by r.id for share`,
    [ids],
  );
  await sql.execute(
    `update deadline d set interval_seconds = g.seconds, problem = g.problem, deadline_at = d.base_at + make_interval(secs => g.seconds)
     from unnest($1::bigint[], $2::double precision[], $3::text[]) as g(id, seconds, problem)
     where d.id = g.id and d.deadline_at is null and d.problem is null`,
    [ids, read.map(({ seconds }) => seconds), read.map(({ problem }) => problem)],
  );
  await sql.execute(
    `delete from deadline d using dag_run r
     where d.id = any($1::bigint[]) and r.id = d.dag_run_id and d.missed_at is null and r.state = 'success' and r.end_date <= d.deadline_at`,
    [ids],
  );
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
