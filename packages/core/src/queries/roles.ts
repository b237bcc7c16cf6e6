import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Page, type Paging } from "./conditions.ts";

/** A role with its permissions. */
export interface RoleRow {
  readonly id: number;
  readonly name: string;
  readonly builtIn: boolean;
  readonly permissions: readonly { readonly action: string; readonly resource: string }[];
  readonly accounts: number;
}

/** Columns behind the names. */
export const ROLE_SORTS = { id: "r.id", name: "r.name" } as const;

const COLUMNS = `r.id, r.name, r.built_in as "builtIn",
  coalesce((select jsonb_agg(jsonb_build_object('action', p.action, 'resource', p.resource) order by p.resource, p.action)
    from role_permission p where p.role_id = r.id), '[]') as permissions,
  (select count(*) from account_role ar where ar.role_id = r.id) as accounts`;

/** Roles. */
export async function listRoles(
  sql: Sql,
  by: keyof typeof ROLE_SORTS,
  descending: boolean,
  paging: Paging,
): Promise<Page<RoleRow>> {
  const conditions = new Conditions();
  const [count] = await sql.query<{ total: number }>("select count(*) as total from role");
  const page = conditions.page(ROLE_SORTS, [{ by, descending }], "r.id", paging);
  return {
    rows: await sql.query<RoleRow>(`select ${COLUMNS} from role r ${page}`, conditions.params),
    total: count?.total ?? 0,
  };
}

/** One role; undefined where there is none. */
export async function findRole(sql: Sql, name: string): Promise<RoleRow | undefined> {
  return firstOf(await sql.query<RoleRow>(`select ${COLUMNS} from role r where r.name = $1`, [name]));
}

/** Permission keys of every role, for "which roles would do". */
export async function permissionsByRole(sql: Sql): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = await sql.query<{ name: string; keys: readonly string[] }>(
    `select r.name, coalesce(array_agg(p.action || ' on ' || p.resource) filter (where p.action is not null), '{}') as keys
     from role r left join role_permission p on p.role_id = r.id group by r.name order by r.name`,
  );
  return new Map(rows.map(({ name, keys }) => [name, new Set(keys)]));
}

/** Names of permission actions that any role has, as v1's `/permissions` lists them. */
export async function listPermissionActions(sql: Sql): Promise<readonly string[]> {
  const rows = await sql.query<{ action: string }>("select distinct action from role_permission order by action");
  return rows.map(({ action }) => action);
}
