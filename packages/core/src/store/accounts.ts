import type { Instant, Permission } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** An account as authentication and the user list see it. */
export interface Account {
  readonly id: number;
  readonly kind: "user" | "service-account";
  readonly userName: string;
  readonly email: string | null;
  readonly firstName: string;
  readonly lastName: string;
  /** argon2id in its own text form; null: no password, log-in by key alone. */
  readonly passwordHash: string | null;
  readonly active: boolean;
  readonly securityStamp: string;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
  readonly lastLoginAt: Instant | null;
  readonly loginCount: number;
  readonly failedLoginCount: number;
  readonly roles: readonly string[];
}

interface AccountRow {
  id: number;
  kind: "user" | "service-account";
  user_name: string;
  email: string | null;
  first_name: string;
  last_name: string;
  password_hash: string | null;
  active: boolean;
  security_stamp: string;
  created_at: Instant;
  changed_at: Instant;
  last_login_at: Instant | null;
  login_count: number;
  failed_login_count: number;
  roles: string[];
}

const SELECT = `select a.*, coalesce((select array_agg(r.name order by r.name) from account_role ar join role r on r.id = ar.role_id
  where ar.account_id = a.id), '{}') as roles from account a`;

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    kind: row.kind,
    userName: row.user_name,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    passwordHash: row.password_hash,
    active: row.active,
    securityStamp: row.security_stamp,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    lastLoginAt: row.last_login_at,
    loginCount: row.login_count,
    failedLoginCount: row.failed_login_count,
    roles: row.roles,
  };
}

/** An account by user name, in any case of letters. */
export async function findAccount(sql: Sql, userName: string): Promise<Account | undefined> {
  const rows = await sql.query<AccountRow>(`${SELECT} where lower(a.user_name) = lower($1)`, [userName]);
  return rows[0] && toAccount(rows[0]);
}

/** An account by its key. */
export async function getAccount(sql: Sql, id: number): Promise<Account | undefined> {
  const rows = await sql.query<AccountRow>(`${SELECT} where a.id = $1`, [id]);
  return rows[0] && toAccount(rows[0]);
}

/** The names of all accounts, for "did you mean". */
export async function listUserNames(sql: Sql): Promise<readonly string[]> {
  return (await sql.query<{ user_name: string }>(`select user_name from account order by user_name limit 5000`)).map(
    (row) => row.user_name,
  );
}

/** How many accounts there are. */
export async function countAccounts(sql: Sql): Promise<number> {
  return (await sql.query<{ n: number }>(`select count(*) as n from account`))[0]?.n ?? 0;
}

/** What a new account is made of. */
export interface NewAccount {
  readonly kind: "user" | "service-account";
  readonly userName: string;
  readonly email: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly passwordHash: string | null;
  readonly active: boolean;
}

/** Makes an account without roles. @returns its key @throws DatabaseError (unique, `account_user_name`) */
export async function insertAccount(sql: Sql, account: NewAccount): Promise<number> {
  const rows = await sql.query<{ id: number }>(
    `insert into account (kind, user_name, email, first_name, last_name, password_hash, active) values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [
      account.kind,
      account.userName,
      account.email,
      account.firstName,
      account.lastName,
      account.passwordHash,
      account.active,
    ],
  );
  return rows[0]?.id ?? 0;
}

/** Fields of an account to change; absent ones stay. */
export interface AccountChanges {
  readonly email?: string | null;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly passwordHash?: string;
  readonly active?: boolean;
}

/** Changes an account. With `newStamp` every credential issued before is void. */
export async function updateAccount(sql: Sql, id: number, changes: AccountChanges, newStamp: boolean): Promise<void> {
  await sql.execute(
    `update account set
       email = case when $2 then $3 else email end, first_name = coalesce($4, first_name), last_name = coalesce($5, last_name),
       password_hash = coalesce($6, password_hash), active = coalesce($7, active), changed_at = clock_timestamp(),
       security_stamp = case when $8 then gen_random_uuid() else security_stamp end
     where id = $1`,
    [
      id,
      changes.email !== undefined,
      changes.email ?? null,
      changes.firstName ?? null,
      changes.lastName ?? null,
      changes.passwordHash ?? null,
      changes.active ?? null,
      newStamp,
    ],
  );
}

/** Replaces a stored hash by one with newer parameters; credentials stay valid. Nothing happens if the password was changed meanwhile. */
export async function replacePasswordHash(sql: Sql, id: number, from: string, to: string): Promise<void> {
  await sql.execute(`update account set password_hash = $3 where id = $1 and password_hash = $2`, [id, from, to]);
}

/** Sets an account's roles. @returns the names that no role has */
export async function setAccountRoles(sql: Sql, id: number, roles: readonly string[]): Promise<readonly string[]> {
  const known = await sql.query<{ name: string }>(`select name from role where name = any($1::text[])`, [roles]);
  const names = new Set(known.map((each) => each.name));
  const unknown = roles.filter((each) => !names.has(each));
  if (unknown.length > 0) return unknown;
  await sql.execute(`delete from account_role where account_id = $1`, [id]);
  await sql.execute(
    `insert into account_role (account_id, role_id) select $1, id from role where name = any($2::text[])`,
    [id, roles],
  );
  return [];
}

/** Deletes an account with its sessions and keys. */
export async function deleteAccount(sql: Sql, id: number): Promise<void> {
  await sql.execute(`delete from account where id = $1`, [id]);
}

/** Counts a log-in, right or wrong. */
export async function countLogin(sql: Sql, id: number, succeeded: boolean): Promise<void> {
  await sql.execute(
    succeeded
      ? `update account set login_count = login_count + 1, last_login_at = clock_timestamp() where id = $1`
      : `update account set failed_login_count = failed_login_count + 1 where id = $1`,
    [id],
  );
}

/** How many active accounts with the role Admin there are, besides one. */
export async function countOtherAdmins(sql: Sql, besides: number): Promise<number> {
  const rows = await sql.query<{ n: number }>(
    `select count(distinct a.id) as n from account a join account_role ar on ar.account_id = a.id join role r on r.id = ar.role_id
     where r.name = 'Admin' and a.active and a.id <> $1`,
    [besides],
  );
  return rows[0]?.n ?? 0;
}

/** The permissions of roles, and what Dags grant to these roles by themselves (`access_control`). */
export async function permissionsOfRoles(sql: Sql, roles: readonly string[]): Promise<readonly Permission[]> {
  if (roles.length === 0) return [];
  const rows = await sql.query<{ action: string; resource: string }>(
    `select distinct p.action, p.resource from role_permission p join role r on r.id = p.role_id where r.name = any($1::text[])
     union
     select grant_.action, 'DAG:' || d.dag_id from dag d join dag_version v on v.id = d.current_version_id
       cross join lateral json_each(case json_typeof(v.serialized -> 'accessControl') when 'object' then v.serialized -> 'accessControl' end) as entry(role, actions)
       cross join lateral json_array_elements_text(entry.actions) as grant_(action)
     where json_typeof(v.serialized -> 'accessControl') = 'object' and entry.role = any($1::text[])`,
    [roles],
  );
  return rows.map(({ action, resource }): Permission => [action, resource]);
}
