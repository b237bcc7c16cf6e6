import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A session found by its token, with what decides whether it still counts. */
export interface SessionRow {
  readonly id: number;
  readonly accountId: number;
  /** Whether the account's stamp is still the one at log-in. */
  readonly current: boolean;
  readonly lastSeenAt: Instant;
  readonly expiresAt: Instant;
}

/** Stores a session. @returns its key */
export async function insertSession(
  sql: Sql,
  session: {
    readonly tokenHash: Uint8Array;
    readonly accountId: number;
    readonly securityStamp: string;
    readonly lifetimeSeconds: number;
    readonly userAgent: string | null;
    readonly address: string | null;
  },
): Promise<number> {
  const rows = await sql.query<{ id: number }>(
    `insert into session (token_hash, account_id, security_stamp, expires_at, user_agent, address)
     values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4), $5, $6) returning id`,
    [
      Buffer.from(session.tokenHash),
      session.accountId,
      session.securityStamp,
      session.lifetimeSeconds,
      session.userAgent,
      session.address,
    ],
  );
  return rows[0]?.id ?? 0;
}

/** A living session by the hash of its token; undefined where it is unknown, idle for too long or over. */
export async function findSession(
  sql: Sql,
  tokenHash: Uint8Array,
  idleSeconds: number,
): Promise<SessionRow | undefined> {
  const rows = await sql.query<{
    id: number;
    account_id: number;
    current: boolean;
    last_seen_at: Instant;
    expires_at: Instant;
  }>(
    `select s.id, s.account_id, s.security_stamp = a.security_stamp and a.active as current, s.last_seen_at, s.expires_at
     from session s join account a on a.id = s.account_id
     where s.token_hash = $1 and s.expires_at > clock_timestamp() and s.last_seen_at > clock_timestamp() - make_interval(secs => $2)`,
    [Buffer.from(tokenHash), idleSeconds],
  );
  const row = rows[0];
  return (
    row && {
      id: row.id,
      accountId: row.account_id,
      current: row.current,
      lastSeenAt: row.last_seen_at,
      expiresAt: row.expires_at,
    }
  );
}

/** Notes that a session was used; coarse, so that reading pages writes little. */
export async function touchSession(sql: Sql, id: number): Promise<void> {
  await sql.execute(
    `update session set last_seen_at = clock_timestamp() where id = $1 and last_seen_at < clock_timestamp() - interval '1 minute'`,
    [id],
  );
}

/** Ends a session. */
export async function deleteSession(sql: Sql, id: number): Promise<void> {
  await sql.execute(`delete from session where id = $1`, [id]);
}

/** Removes sessions that are over. @returns how many */
export async function deleteEndedSessions(sql: Sql, idleSeconds: number): Promise<number> {
  return sql.execute(
    `delete from session where expires_at <= clock_timestamp() or last_seen_at <= clock_timestamp() - make_interval(secs => $1)`,
    [idleSeconds],
  );
}
