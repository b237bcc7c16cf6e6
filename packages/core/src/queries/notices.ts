import type { AttemptError, CallbackSubject, Instant, SerializedAlertTarget } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import type { Page, Paging } from "./conditions.ts";

/** A callback of a run: a function that was, or is to be, called. */
export interface CallbackRow {
  readonly id: number;
  /** Names its log. */
  readonly uuid: string;
  readonly index: number;
  readonly dedupeKey: string;
  readonly subject: CallbackSubject;
  readonly state: "pending" | "running" | "success" | "failed";
  readonly deliveries: number;
  readonly notBefore: Instant;
  /** What the last call threw; null where it returned, or none was made. */
  readonly error: AttemptError | null;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
}

const CALLBACK = `
  select id, uuid, position as index, dedupe_key as "dedupeKey", subject, state, deliveries, not_before as "notBefore", error,
    created_at as "createdAt", started_at as "startedAt", ended_at as "endedAt"
  from callback where dag_run_id = $1`;

/** The callbacks of a run, oldest first. @param dagRunId the key of the run's row */
export async function listCallbacks(sql: Sql, dagRunId: number, paging: Paging): Promise<Page<CallbackRow>> {
  const [rows, total] = await Promise.all([
    sql.query<CallbackRow>(`${CALLBACK} order by id limit $2 offset $3`, [dagRunId, paging.limit, paging.offset]),
    count(sql, "select count(*) as total from callback where dag_run_id = $1", dagRunId),
  ]);
  return { rows, total };
}

/** One callback of a run. */
export async function findCallback(sql: Sql, dagRunId: number, id: number): Promise<CallbackRow | undefined> {
  return (await sql.query<CallbackRow>(`${CALLBACK} and id = $2`, [dagRunId, id]))[0];
}

/** An alert of a run that was, or is to be, sent. */
export interface NotificationRow {
  readonly id: number;
  readonly dedupeKey: string;
  readonly event: string;
  readonly target: SerializedAlertTarget;
  readonly deliveries: number;
  /** Why it was not taken the last time. */
  readonly problem: string | null;
  readonly createdAt: Instant;
  readonly notBefore: Instant;
  readonly sentAt: Instant | null;
  readonly givenUpAt: Instant | null;
}

/** The alerts of a run, oldest first. */
export async function listNotifications(sql: Sql, dagRunId: number, paging: Paging): Promise<Page<NotificationRow>> {
  const [rows, total] = await Promise.all([
    sql.query<NotificationRow>(
      `select id, dedupe_key as "dedupeKey", payload -> 'content' ->> 'event' as event, payload -> 'target' as target, deliveries, problem,
         created_at as "createdAt", not_before as "notBefore", sent_at as "sentAt", given_up_at as "givenUpAt"
       from outbox where dag_run_id = $1 and kind = 'notification' order by id limit $2 offset $3`,
      [dagRunId, paging.limit, paging.offset],
    ),
    count(sql, "select count(*) as total from outbox where dag_run_id = $1 and kind = 'notification'", dagRunId),
  ]);
  return { rows, total };
}

/** A deadline of a run. */
export interface DeadlineRow {
  readonly id: number;
  readonly name: string | null;
  readonly reference: string;
  /** null: the variable has not been read yet, or could not be. */
  readonly intervalSeconds: number | null;
  readonly deadlineAt: Instant | null;
  /** Which one holds the interval. */
  readonly variable: string | null;
  /** Why the variable gives no interval. */
  readonly problem: string | null;
  readonly missedAt: Instant | null;
  readonly createdAt: Instant;
}

/** The deadlines of a run that are still to come or were missed, by their moments; one that the run met is gone. */
export async function listDeadlines(sql: Sql, dagRunId: number, paging: Paging): Promise<Page<DeadlineRow>> {
  const [rows, total] = await Promise.all([
    sql.query<DeadlineRow>(
      `select id, name, reference, interval_seconds as "intervalSeconds", deadline_at as "deadlineAt", missed_at as "missedAt",
         variable, problem, created_at as "createdAt"
       from deadline where dag_run_id = $1 order by deadline_at, id limit $2 offset $3`,
      [dagRunId, paging.limit, paging.offset],
    ),
    count(sql, "select count(*) as total from deadline where dag_run_id = $1", dagRunId),
  ]);
  return { rows, total };
}

async function count(sql: Sql, text: string, dagRunId: number): Promise<number> {
  return (await sql.query<{ total: number }>(text, [dagRunId]))[0]?.total ?? 0;
}
