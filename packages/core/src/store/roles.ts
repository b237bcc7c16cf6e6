import type { Permission } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A role with its permissions. */
export interface Role {
  readonly id: number;
  readonly name: string;
  readonly builtIn: boolean;
  readonly permissions: readonly Permission[];
}

interface RoleRow {
  id: number;
  name: string;
  built_in: boolean;
  permissions: [string, string][];
}

const SELECT = `select r.id, r.name, r.built_in, coalesce((select jsonb_agg(jsonb_build_array(p.action, p.resource) order by p.action, p.resource)
  from role_permission p where p.role_id = r.id), '[]') as permissions from role r`;

function toRole(row: RoleRow): Role {
  return { id: row.id, name: row.name, builtIn: row.built_in, permissions: row.permissions };
}

/** Every role, by name. */
export async function listRoles(sql: Sql): Promise<readonly Role[]> {
  return (await sql.query<RoleRow>(`${SELECT} order by r.name`)).map(toRole);
}

/** A role by name. */
export async function findRole(sql: Sql, name: string): Promise<Role | undefined> {
  const rows = await sql.query<RoleRow>(`${SELECT} where r.name = $1`, [name]);
  return rows[0] && toRole(rows[0]);
}

/** Makes a role. @throws DatabaseError (unique, `role_name_key`) */
export async function insertRole(
  sql: Sql,
  name: string,
  permissions: readonly Permission[],
  builtIn = false,
): Promise<void> {
  const rows = await sql.query<{ id: number }>(`insert into role (name, built_in) values ($1, $2) returning id`, [
    name,
    builtIn,
  ]);
  await setRolePermissions(sql, rows[0]?.id ?? 0, permissions);
}

/** Renames a role. @throws DatabaseError (unique, `role_name_key`) */
export async function renameRole(sql: Sql, id: number, name: string): Promise<void> {
  await sql.execute(`update role set name = $2 where id = $1`, [id, name]);
}

/** Sets what a role may do. */
export async function setRolePermissions(sql: Sql, id: number, permissions: readonly Permission[]): Promise<void> {
  await sql.execute(`delete from role_permission where role_id = $1`, [id]);
  await sql.execute(
    `insert into role_permission (role_id, action, resource) select $1, a, r from unnest($2::text[], $3::text[]) as p(a, r) on conflict do nothing`,
    [id, permissions.map(([action]) => action), permissions.map(([, resource]) => resource)],
  );
}

/** Deletes a role; accounts lose it. */
export async function deleteRole(sql: Sql, id: number): Promise<void> {
  await sql.execute(`delete from role where id = $1`, [id]);
}
