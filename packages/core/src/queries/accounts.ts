import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging } from "./conditions.ts";

/** An account without anything that is a secret. */
export interface AccountRow {
  readonly id: number;
  readonly kind: "user" | "service-account";
  readonly userName: string;
  readonly email: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly active: boolean;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
  readonly lastLoginAt: Instant | null;
  readonly loginCount: number;
  readonly failedLoginCount: number;
  readonly roles: readonly string[];
}

/** Columns behind the names. */
export const ACCOUNT_SORTS = {
  id: "a.id",
  userName: "a.user_name",
  email: "a.email",
  firstName: "a.first_name",
  lastName: "a.last_name",
  active: "a.active",
} as const;

const COLUMNS = `a.id, a.kind, a.user_name as "userName", a.email, a.first_name as "firstName", a.last_name as "lastName", a.active,
  a.created_at as "createdAt", a.changed_at as "changedAt", a.last_login_at as "lastLoginAt", a.login_count as "loginCount",
  a.failed_login_count as "failedLoginCount",
  coalesce((select array_agg(r.name order by r.name) from account_role ar join role r on r.id = ar.role_id where ar.account_id = a.id), '{}') as roles`;

/** Accounts. */
export async function listAccounts(
  sql: Sql,
  ordering: Ordering<keyof typeof ACCOUNT_SORTS>,
  paging: Paging,
): Promise<Page<AccountRow>> {
  const conditions = new Conditions();
  const [count] = await sql.query<{ total: number }>("select count(*) as total from account");
  const page = conditions.page(ACCOUNT_SORTS, ordering, "a.id", paging);
  return {
    rows: await sql.query<AccountRow>(`select ${COLUMNS} from account a ${page}`, conditions.params),
    total: count?.total ?? 0,
  };
}

/** One account by its user name, whatever the case; undefined where there is none. */
export async function findAccount(sql: Sql, userName: string): Promise<AccountRow | undefined> {
  return firstOf(
    await sql.query<AccountRow>(`select ${COLUMNS} from account a where lower(a.user_name) = lower($1)`, [userName]),
  );
}
