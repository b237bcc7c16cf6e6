import type { Instant, JsonObject, RunState, RunType, SerializedDeadline, TriggeredBy } from "@windlass/contract";
import { addMicros, invariant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { insertDeadlines } from "./deadlines.ts";

/** What names a run, as made from one moment. */
export interface RunIdentity {
  readonly runId: string;
  readonly logicalDate: Instant | null;
  readonly dataIntervalStart: Instant | null;
  readonly dataIntervalEnd: Instant | null;
  readonly runAfter: Instant;
}

/** A run to be made. */
export interface NewRun {
  readonly dagId: string;
  readonly dagVersionId: number;
  /** Where what the server makes of the identity starts from; it moves on by 1 µs where that would clash. */
  readonly moment: Instant;
  /** The identity for a moment: what was given stays the same for every moment. */
  readonly identity: (moment: Instant) => RunIdentity;
  /** Which parts the caller named; they are never changed, so a clash with them is one. */
  readonly given: { readonly runId: boolean; readonly logicalDate: boolean };
  readonly runType: RunType;
  readonly triggeredBy: TriggeredBy;
  readonly triggeringUser: string | null;
  readonly queuedAt: Instant;
  readonly conf: JsonObject;
  /** Conf over the params' defaults. */
  readonly params: JsonObject;
  readonly note: string | null;
  readonly noteAccountId: number | null;
  /** The partition that it stands for, and the moment of that; left out: none. */
  readonly partitionKey?: string | null;
  readonly partitionDate?: Instant | null;
  readonly launchContext: JsonObject;
  /** Which call of which try of a task makes it; a second run with the same is never made. */
  readonly triggerKey?: string;
  /** The backfill it belongs to. @defaultValue none */
  readonly backfillId?: number;
}

/** The run that already has an id or a logical date. */
export interface ExistingRun {
  readonly id: number;
  readonly runId: string;
  readonly logicalDate: Instant | null;
  readonly state: RunState;
  readonly runType: RunType;
}

/** What became of one `NewRun`. */
export type RunInsertion =
  | ({ readonly kind: "created"; readonly id: number } & RunIdentity)
  | {
      readonly kind: "clash";
      readonly constraint: "run_id" | "logical_date" | "trigger_key";
      readonly existing: ExistingRun;
    };

interface Attempted {
  readonly index: number;
  readonly run: NewRun;
  moment: Instant;
  identity: RunIdentity;
}

// Each round moves every clashing run on beyond all that its round tried, so a handful of rounds is already a storm.
const MOST_ROUNDS = 1_000;

/**
 * Makes runs in state queued with all their task instances. Call it in a transaction; runs of the same batch may be of many Dags. A server-made
 * id or logical date that is taken moves on by 1 µs until it is free.
 * @returns one answer for each run, in their order
 * @throws DatabaseError (foreign_key) where a Dag or its version is gone
 */
export async function insertRuns(sql: Sql, runs: readonly NewRun[]): Promise<readonly RunInsertion[]> {
  const answers: RunInsertion[] = new Array<RunInsertion>(runs.length);
  let open: Attempted[] = runs.map((run, index) => ({
    index,
    run,
    moment: run.moment,
    identity: run.identity(run.moment),
  }));
  for (let round = 0; open.length > 0; round += 1) {
    invariant(round < MOST_ROUNDS, "a server-made run id stays taken however far it moves");
    separate(open);
    const created = await insertBatch(sql, open);
    const refused: Attempted[] = [];
    for (const each of open) {
      const name = key(each.run.dagId, each.identity.runId);
      const id = created.get(name);
      if (id === undefined) refused.push(each);
      else {
        // Only one of two in the batch that name the same id made the row.
        created.delete(name);
        answers[each.index] = { kind: "created", id, ...each.identity };
      }
    }
    open = [];
    if (refused.length === 0) break;
    const taken = await findTaken(sql, refused);
    for (const each of refused) {
      const clash = clashOf(each, taken);
      if (clash) answers[each.index] = clash;
      else {
        const newest = taken.newest.get(each.run.dagId);
        moveTo(each, addMicros(newest !== undefined && newest > each.moment ? newest : each.moment, 1));
        open.push(each);
      }
    }
  }
  return answers;
}

function key(dagId: string, name: string): string {
  return `${dagId}\n${name}`;
}

/**
 * Moves server-made identities of one batch apart, so that they do not clash with each other round after round. Each starts behind the last one
 * of its Dag, so that thousands at the same moment are counted through once.
 */
function separate(batch: readonly Attempted[]): void {
  const names = new Set<string>();
  const last = new Map<string, Instant>();
  for (const each of batch) {
    const { dagId, given } = each.run;
    const before = last.get(dagId);
    if (!given.logicalDate && before !== undefined && each.moment <= before) moveTo(each, addMicros(before, 1));
    while (!claim(names, each)) {
      const { runId, logicalDate } = each.identity;
      moveTo(each, addMicros(each.moment, 1));
      // An identity that does not move is the caller's own after all; the constraint will say so.
      if (each.identity.runId === runId && each.identity.logicalDate === logicalDate) break;
    }
    if (!given.logicalDate && (before === undefined || each.moment > before)) last.set(dagId, each.moment);
  }
}

function moveTo(each: Attempted, moment: Instant): void {
  each.moment = moment;
  each.identity = each.run.identity(moment);
}

/** Takes an identity's names for the batch. @returns false where a server-made one is taken already */
function claim(names: Set<string>, { run, identity }: Attempted): boolean {
  const idKey = key(run.dagId, identity.runId);
  const dateKey = identity.logicalDate === null ? null : key(run.dagId, `at ${identity.logicalDate}`);
  if (names.has(idKey) && !run.given.runId) return false;
  if (dateKey !== null && names.has(dateKey) && !run.given.logicalDate) return false;
  names.add(idKey);
  if (dateKey !== null) names.add(dateKey);
  return true;
}

const INSERT = `
  with given as (
    select * from json_to_recordset($1::json) as g(dag_id text, run_id text, run_type text, triggered_by text, triggering_user text,
      logical_date timestamptz, data_interval_start timestamptz, data_interval_end timestamptz, run_after timestamptz, queued_at timestamptz,
      conf text, params text, note text, note_account_id bigint, partition_key text, partition_date timestamptz, dag_version_id bigint, launch_context jsonb, trigger_key text,
      backfill_id bigint)
  ), made as (
    insert into dag_run (dag_id, run_id, state, run_type, triggered_by, triggering_user, logical_date, data_interval_start, data_interval_end,
      run_after, queued_at, conf, params, note, note_account_id, partition_key, partition_date, dag_version_id, launch_context, trigger_key, backfill_id)
    select dag_id, run_id, 'queued', run_type, triggered_by, triggering_user, logical_date, data_interval_start, data_interval_end,
      run_after, queued_at, conf::json, params::json, note, note_account_id, partition_key, partition_date, dag_version_id, launch_context, trigger_key, backfill_id
    from given
    on conflict do nothing
    returning id, dag_id, run_id, run_type, logical_date, dag_version_id, queued_at
  ), instances as (
    insert into task_instance (dag_run_id, dag_id, task_id, operator, pool, pool_slots, priority_weight, queue, max_tries, dag_version_id)
    select m.id, m.dag_id, t.task_id, t.operator, t.pool, t.pool_slots, t.priority_weight, t.queue, t.max_tries, m.dag_version_id
    from made m join dag_version_task t on t.dag_version_id = m.dag_version_id
    -- Comparing with null is no reason to leave one out: isInSpan.
    where m.run_type = 'backfill' or (m.logical_date < t.start_date or m.logical_date > t.end_date) is not true
    order by m.id, t.position
  ), events as (
    insert into event (at, dag_id, dag_run_id, to_state, reason)
    select queued_at, dag_id, id, 'queued', 'run_created' from made
  )
  select m.id, m.dag_id, m.run_id, v.deadlines from made m join dag_version v on v.id = m.dag_version_id`;

async function insertBatch(sql: Sql, batch: readonly Attempted[]): Promise<Map<string, number>> {
  const rows = await sql.query<MadeRow>(INSERT, [
    JSON.stringify(
      batch.map(({ run, identity }) => ({
        dag_id: run.dagId,
        run_id: identity.runId,
        run_type: run.runType,
        triggered_by: run.triggeredBy,
        triggering_user: run.triggeringUser,
        logical_date: identity.logicalDate,
        data_interval_start: identity.dataIntervalStart,
        data_interval_end: identity.dataIntervalEnd,
        run_after: identity.runAfter,
        queued_at: run.queuedAt,
        // As text: read as part of the whole, a lone surrogate in them would refuse the batch, which `json` by itself takes.
        conf: JSON.stringify(run.conf),
        params: JSON.stringify(run.params),
        note: run.note,
        note_account_id: run.noteAccountId,
        partition_key: run.partitionKey ?? null,
        partition_date: run.partitionDate ?? null,
        dag_version_id: run.dagVersionId,
        launch_context: run.launchContext,
        trigger_key: run.triggerKey ?? null,
        backfill_id: run.backfillId ?? null,
      })),
    ),
  ]);
  const made = new Map(rows.map((row) => [key(row.dag_id, row.run_id), row]));
  if (rows.some((row) => row.deadlines !== null)) await writeDeadlines(sql, batch, made);
  return new Map(rows.map((row) => [key(row.dag_id, row.run_id), row.id]));
}

interface MadeRow {
  readonly id: number;
  readonly dag_id: string;
  readonly run_id: string;
  readonly deadlines: readonly SerializedDeadline[] | null;
}

function writeDeadlines(sql: Sql, batch: readonly Attempted[], made: ReadonlyMap<string, MadeRow>): Promise<void> {
  const runs = batch.flatMap(({ run, identity }) => {
    const name = key(run.dagId, identity.runId);
    const row = made.get(name);
    if (!row?.deadlines) return [];
    const { dagId, dagVersionId, queuedAt } = run;
    return { id: row.id, dagId, dagVersionId, queuedAt, logicalDate: identity.logicalDate, deadlines: row.deadlines };
  });
  return insertDeadlines(sql, runs);
}

interface Taken {
  /** The newest logical date of a Dag near the moment that clashed: behind it there is room. */
  readonly newest: ReadonlyMap<string, Instant>;
  readonly byId: ReadonlyMap<string, ExistingRun>;
  readonly byDate: ReadonlyMap<string, ExistingRun>;
  readonly byTriggerKey: ReadonlyMap<string, ExistingRun>;
}

async function findTaken(sql: Sql, refused: readonly Attempted[]): Promise<Taken> {
  const rows = await sql.query<{
    id: number;
    dag_id: string;
    run_id: string;
    logical_date: Instant | null;
    state: RunState;
    run_type: RunType;
    trigger_key: string | null;
  }>(
    `select id, dag_id, run_id, logical_date, state, run_type, trigger_key from dag_run
     where (dag_id, run_id) in (select * from unnest($1::text[], $2::text[]))
     union
     select id, dag_id, run_id, logical_date, state, run_type, trigger_key from dag_run
     where (dag_id, logical_date) in (select * from unnest($1::text[], $3::timestamptz[]))
     union
     select id, dag_id, run_id, logical_date, state, run_type, trigger_key from dag_run where trigger_key = any($4::text[])`,
    [
      refused.map((each) => each.run.dagId),
      refused.map((each) => each.identity.runId),
      refused.map((each) => each.identity.logicalDate),
      refused.flatMap((each) => each.run.triggerKey ?? []),
    ],
  );
  const newest = await sql.query<{ dag_id: string; newest: Instant | null }>(
    `select g.dag_id, max(r.logical_date) as newest
     from unnest($1::text[], $2::timestamptz[]) as g(dag_id, moment)
     join dag_run r on r.dag_id = g.dag_id and r.logical_date >= g.moment and r.logical_date < g.moment + interval '100 milliseconds'
     group by g.dag_id`,
    [refused.map((each) => each.run.dagId), refused.map((each) => each.moment)],
  );
  const existing = rows.map((row) => ({
    dagId: row.dag_id,
    triggerKey: row.trigger_key,
    run: { id: row.id, runId: row.run_id, logicalDate: row.logical_date, state: row.state, runType: row.run_type },
  }));
  return {
    newest: new Map(newest.flatMap((row) => (row.newest === null ? [] : [[row.dag_id, row.newest] as const]))),
    byId: new Map(existing.map(({ dagId, run }) => [key(dagId, run.runId), run])),
    byDate: new Map(
      existing.flatMap(({ dagId, run }) =>
        run.logicalDate === null ? [] : [[key(dagId, run.logicalDate), run] as const],
      ),
    ),
    byTriggerKey: new Map(
      existing.flatMap(({ triggerKey, run }) => (triggerKey === null ? [] : [[triggerKey, run] as const])),
    ),
  };
}

function clashOf({ run, identity }: Attempted, taken: Taken): RunInsertion | undefined {
  const sameCall = run.triggerKey === undefined ? undefined : taken.byTriggerKey.get(run.triggerKey);
  if (sameCall) return { kind: "clash", constraint: "trigger_key", existing: sameCall };
  const sameId = taken.byId.get(key(run.dagId, identity.runId));
  if (sameId && run.given.runId) return { kind: "clash", constraint: "run_id", existing: sameId };
  const sameDate = identity.logicalDate === null ? undefined : taken.byDate.get(key(run.dagId, identity.logicalDate));
  if (sameDate && run.given.logicalDate) return { kind: "clash", constraint: "logical_date", existing: sameDate };
  return undefined;
}
