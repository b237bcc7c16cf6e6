import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** How often a caller used a credential scheme. */
export interface SchemeUseRow {
  readonly scheme: string;
  readonly userName: string;
  readonly client: string;
  readonly uses: number;
  readonly lastUsedAt: Instant;
}

/** All uses, newest first: whom it would cut off to switch a scheme off. */
export async function listSchemeUse(sql: Sql): Promise<readonly SchemeUseRow[]> {
  return sql.query<SchemeUseRow>(
    `select s.scheme, a.user_name as "userName", s.client, s.uses, s.last_used_at as "lastUsedAt"
     from scheme_use s join account a on a.id = s.account_id order by s.last_used_at desc limit 1000`,
  );
}
