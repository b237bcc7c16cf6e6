import type { Instant, SerializedAlertTarget } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import type { AlertContent } from "../domain/notices/notice.ts";

/** A notification that whoever claimed it is to send. */
export interface ClaimedNotification {
  readonly id: number;
  readonly dedupeKey: string;
  /** 1 the first time. */
  readonly delivery: number;
  readonly target: SerializedAlertTarget;
  readonly content: AlertContent;
}

/**
 * Claims notifications that are due, for so long that they can be sent. One whose sender is gone is claimed again: it may then arrive twice, with the
 * same key.
 */
export async function claimNotifications(
  sql: Sql,
  claim: { readonly now: Instant; readonly limit: number; readonly leaseSeconds: number },
): Promise<readonly ClaimedNotification[]> {
  const rows = await sql.query<{
    id: number;
    dedupeKey: string;
    delivery: number;
    payload: Pick<ClaimedNotification, "target" | "content">;
  }>(
    `with due as (
       select id from outbox
       where kind = 'notification' and sent_at is null and given_up_at is null and not_before <= $1
         and (lease_until is null or lease_until < clock_timestamp())
       order by not_before, id limit $2 for update skip locked
     )
     update outbox o set deliveries = o.deliveries + 1, lease_until = clock_timestamp() + make_interval(secs => $3)
     from due where o.id = due.id
     returning o.id, o.dedupe_key as "dedupeKey", o.deliveries as delivery, o.payload`,
    [claim.now, claim.limit, claim.leaseSeconds],
  );
  return rows.map(({ payload, ...row }) => ({ ...row, ...payload })).sort((a, b) => a.id - b.id);
}

/** The receiver has it. */
export async function notificationSent(sql: Sql, id: number, now: Instant): Promise<void> {
  await sql.execute(`update outbox set sent_at = $2, lease_until = null, problem = null where id = $1`, [id, now]);
}

/** It was not sent. @param again when it is tried again; null: never */
export async function notificationFailed(
  sql: Sql,
  id: number,
  failure: { readonly now: Instant; readonly problem: string; readonly again: Instant | null },
): Promise<void> {
  await sql.execute(
    `update outbox set lease_until = null, problem = $3, not_before = coalesce($4, not_before),
       given_up_at = case when $4::timestamptz is null then $2::timestamptz end where id = $1`,
    [id, failure.now, failure.problem, failure.again],
  );
}

/** When the next notification is due; null: none waits. */
export async function nextNotificationAt(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ at: Instant | null }>(
    `select min(greatest(not_before, lease_until)) as at from outbox where kind = 'notification' and sent_at is null and given_up_at is null`,
  );
  return row?.at ?? null;
}
