import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import type { AlertNotice, CallbackNotice, Notices } from "../domain/notices/notice.ts";
import { jsonbText } from "./json-text.ts";

/**
 * Writes what follows from a commit, in its transaction. A run that was deleted meanwhile gets nothing: its commit is refused by the version, not by a
 * foreign key.
 */
export async function writeNotices(sql: Sql, notices: Notices, at: Instant): Promise<void> {
  const { callbacks, alerts, metDeadlines, movedDeadlines } = notices;
  await Promise.all([
    insertCallbacks(sql, callbacks, at),
    insertAlerts(sql, alerts, at),
    metDeadlines.length > 0 &&
      sql.execute(
        `delete from deadline d using unnest($1::bigint[], $2::timestamptz[]) as g(dag_run_id, end_date)
         where d.dag_run_id = g.dag_run_id and d.missed_at is null and g.end_date <= d.deadline_at`,
        [metDeadlines.map((each) => each.dagRunId), metDeadlines.map((each) => each.endDate)],
      ),
    movedDeadlines.length > 0 &&
      sql.execute(
        `update deadline d set base_at = g.queued_at, deadline_at = g.queued_at + make_interval(secs => d.interval_seconds)
         from unnest($1::bigint[], $2::timestamptz[]) as g(dag_run_id, queued_at)
         where d.dag_run_id = g.dag_run_id and d.missed_at is null and d.reference = 'queued_at'`,
        [movedDeadlines.map((each) => each.dagRunId), movedDeadlines.map((each) => each.queuedAt)],
      ),
  ]);
}

/** The notices of several runs, to be written together. */
export function joinNotices(notices: readonly Notices[]): Notices {
  return {
    callbacks: notices.flatMap((each) => each.callbacks),
    alerts: notices.flatMap((each) => each.alerts),
    metDeadlines: notices.flatMap((each) => each.metDeadlines),
    movedDeadlines: notices.flatMap((each) => each.movedDeadlines),
  };
}

/** Functions to be called. One whose key is there already is not called a second time. */
export async function insertCallbacks(sql: Sql, callbacks: readonly CallbackNotice[], at: Instant): Promise<void> {
  if (callbacks.length === 0) return;
  await sql.execute(
    `insert into callback (dag_run_id, task_instance_id, dag_version_id, position, dedupe_key, subject, not_before)
     select r.id, g.task_instance_id, r.dag_version_id, g.position, g.dedupe_key, g.subject::json, $2
     from json_to_recordset($1::json) as g(dag_run_id bigint, task_instance_id bigint, position integer, dedupe_key text, subject text)
     join dag_run r on r.id = g.dag_run_id
     on conflict (dedupe_key) do nothing`,
    [
      JSON.stringify(
        callbacks.map((each) => ({
          dag_run_id: each.dagRunId,
          task_instance_id: each.taskInstanceId,
          position: each.index,
          dedupe_key: each.dedupeKey,
          subject: JSON.stringify(each.subject),
        })),
      ),
      at,
    ],
  );
}

/** Alerts to be sent. */
export async function insertAlerts(sql: Sql, alerts: readonly AlertNotice[], at: Instant): Promise<void> {
  if (alerts.length === 0) return;
  await sql.execute(
    `insert into outbox (kind, dag_run_id, dedupe_key, payload, not_before)
     select 'notification', r.id, g.dedupe_key, g.payload, $2
     from jsonb_to_recordset($1::jsonb) as g(dag_run_id bigint, dedupe_key text, payload jsonb)
     join dag_run r on r.id = g.dag_run_id
     on conflict (dedupe_key) do nothing`,
    [
      jsonbText(
        alerts.map(({ dagRunId, dedupeKey, target, content }) => ({
          dag_run_id: dagRunId,
          dedupe_key: dedupeKey,
          payload: { target, content },
        })),
      ),
      at,
    ],
  );
}
