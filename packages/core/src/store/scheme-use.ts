import type { Sql } from "../database/sql.ts";

/** Uses of one credential scheme by one account from one program. */
export interface SchemeUse {
  readonly scheme: string;
  readonly accountId: number;
  readonly client: string;
  readonly uses: number;
}

/** Adds uses counted in memory. */
export async function addSchemeUses(sql: Sql, uses: readonly SchemeUse[]): Promise<void> {
  if (uses.length === 0) return;
  await sql.execute(
    `insert into scheme_use (scheme, account_id, client, uses, last_used_at)
     select u.scheme, u.account_id, u.client, u.uses, clock_timestamp()
     from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[]) as u(scheme, account_id, client, uses) join account a on a.id = u.account_id
     on conflict (scheme, account_id, client) do update set uses = scheme_use.uses + excluded.uses, last_used_at = excluded.last_used_at`,
    [uses.map((u) => u.scheme), uses.map((u) => u.accountId), uses.map((u) => u.client), uses.map((u) => u.uses)],
  );
}
