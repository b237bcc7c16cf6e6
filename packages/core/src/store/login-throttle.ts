import type { Database, Sql } from "../database/sql.ts";

/** How patient the throttle is. */
export interface ThrottleRule {
  /** Failures that make nobody wait. */
  readonly free: number;
  readonly longestSeconds: number;
}

/** What the throttle says to an attempt: look at it, or not for so many seconds. */
export interface ThrottleAnswer {
  readonly waitSeconds: number;
  readonly failures: number;
}

// Counts are forgotten after a quiet quarter of an hour, so that nothing is ever locked for good.
const FORGET = `interval '15 minutes'`;

/**
 * Asks for one attempt of a subject and counts it as a failure at once, so that parallel guesses cannot all pass before the first has failed.
 * A success takes the count back with `clearThrottle`. While a subject must wait, attempts are not counted.
 */
export async function reserveAttempt(database: Database, subject: string, rule: ThrottleRule): Promise<ThrottleAnswer> {
  return database.transaction(async (tx) => {
    await tx.execute(
      `insert into login_throttle (subject, failures, first_failure_at) values ($1, 0, clock_timestamp()) on conflict (subject) do nothing`,
      [subject],
    );
    const rows = await tx.query<{ failures: number; wait: number; forgotten: boolean }>(
      `select failures, coalesce(greatest(0, extract(epoch from blocked_until - clock_timestamp())), 0)::double precision as wait,
         greatest(coalesce(blocked_until, first_failure_at), first_failure_at) < clock_timestamp() - ${FORGET} as forgotten
       from login_throttle where subject = $1 for update`,
      [subject],
    );
    const row = rows[0] ?? { failures: 0, wait: 0, forgotten: false };
    if (row.wait > 0) return { waitSeconds: Math.ceil(row.wait), failures: row.failures };
    const failures = row.forgotten ? 1 : row.failures + 1;
    const delay = failures > rule.free ? Math.min(rule.longestSeconds, 2 ** Math.min(30, failures - rule.free)) : 0;
    await tx.execute(
      `update login_throttle set failures = $2, first_failure_at = case when $4 then clock_timestamp() else first_failure_at end,
         blocked_until = case when $3::double precision > 0 then clock_timestamp() + make_interval(secs => $3) end
       where subject = $1`,
      [subject, failures, delay, row.forgotten],
    );
    return { waitSeconds: 0, failures };
  });
}

/** Forgets the failures of a subject after a success. */
export async function clearThrottle(sql: Sql, subject: string): Promise<void> {
  await sql.execute(`delete from login_throttle where subject = $1`, [subject]);
}

/** Takes one failure of a subject back, where the attempt turned out right. */
export async function giveBackAttempt(sql: Sql, subject: string): Promise<void> {
  await sql.execute(
    `update login_throttle set failures = greatest(0, failures - 1), blocked_until = null where subject = $1`,
    [subject],
  );
}

/** Whether a subject has a row at all: marks of earlier successes are kept as rows. */
export async function isMarked(sql: Sql, subject: string): Promise<boolean> {
  return (
    (
      await sql.query(
        `select 1 from login_throttle where subject = $1 and first_failure_at > clock_timestamp() - interval '90 days'`,
        [subject],
      )
    ).length > 0
  );
}

/** Marks a subject; repeating it renews the mark. */
export async function mark(sql: Sql, subject: string): Promise<void> {
  await sql.execute(
    `insert into login_throttle (subject, failures, first_failure_at) values ($1, 0, clock_timestamp())
     on conflict (subject) do update set first_failure_at = clock_timestamp()`,
    [subject],
  );
}

/** Forgets failures that count no more, and marks of log-ins too long ago. @returns how many */
export async function deleteOldThrottle(sql: Sql): Promise<number> {
  return sql.execute(
    `delete from login_throttle where greatest(first_failure_at, coalesce(blocked_until, first_failure_at))
       < clock_timestamp() - case when subject like 'known:%' then interval '90 days' else interval '1 day' end`,
  );
}
