import { invariant, type JsonObject, type Permission, permissionKey, permissionNames } from "@windlass/contract";
import { createRole, deleteRole, patchRole } from "@windlass/core/actions";
import { findRole, listRoles, type RoleRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { list, optional, record, text, withDefault } from "../../request/field.ts";
import { pagingFields } from "./paging.ts";

const PERMISSION = /^\S+ on .+$/;

function roleView({ name, builtIn, permissions, accounts }: RoleRow): JsonObject {
  return {
    name,
    built_in: builtIn,
    permissions: permissions.map(({ action, resource }) => permissionKey([action, resource])),
    accounts,
  };
}

const permissionField = text({
  rule: (given) => (PERMISSION.test(given) ? undefined : "a permission is written as `can_edit on DAGs`"),
});

function toPermissions(given: readonly string[]): readonly Permission[] {
  return given.map((each): Permission => {
    const [action = "", ...resource] = each.split(" on ");
    return [action, resource.join(" on ")];
  });
}

async function written({ server }: Pick<Call<unknown, unknown, unknown>, "server">, name: string): Promise<JsonObject> {
  const role = await findRole(server.actions.database, name);
  invariant(role !== undefined, "a role that was just written is there");
  return roleView(role);
}

const rolePath = { name: text() } as const;

/** Roles, for administrators. */
export const roleOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/roles",
    operationId: "list_roles",
    summary: "All roles with their permissions",
    action: "role.list",
    query: pagingFields,
    async handle({ server, query }) {
      const { rows, total } = await listRoles(server.actions.database, "name", false, {
        limit: query.limit,
        offset: query.offset,
      });
      return ok({ roles: rows.map(roleView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/roles/{name}",
    operationId: "get_role",
    summary: "One role",
    action: "role.read",
    params: rolePath,
    async handle({ server, params }) {
      const role = await findRole(server.actions.database, params.name);
      if (role === undefined) throw objectUnknown("role", params.name, { pointer: "path/name" });
      return ok(roleView(role));
    },
  }),
  defineOperation({
    dialect: "native",
    method: "POST",
    path: "/api/windlass/v1/roles",
    operationId: "create_role",
    summary: "Makes a role of permissions such as `can_edit on DAG:hello`",
    action: "role.create",
    body: record({ name: text({ minLength: 1, maxLength: 64 }), permissions: withDefault(list(permissionField), []) }),
    answers: [201],
    async handle(call) {
      const { result, warnings } = await call.perform(createRole, {
        name: call.body.name,
        permissions: toPermissions(call.body.permissions ?? []),
      });
      return ok(await written(call, result.name), { status: 201, warnings });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "PATCH",
    path: "/api/windlass/v1/roles/{name}",
    operationId: "patch_role",
    summary: "Renames a role of one's own making, or sets its permissions",
    action: "role.edit",
    params: rolePath,
    body: record({
      name: optional(text({ minLength: 1, maxLength: 64 })),
      permissions: optional(list(permissionField)),
    }),
    async handle(call) {
      const { name, permissions } = call.body;
      const { result, warnings } = await call.perform(patchRole, {
        name: call.params.name,
        newName: name,
        permissions: permissions === undefined ? undefined : toPermissions(permissions),
      });
      return ok(await written(call, result.name), { warnings });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "DELETE",
    path: "/api/windlass/v1/roles/{name}",
    operationId: "delete_role",
    summary: "Deletes a role of one's own making; accounts lose it",
    action: "role.delete",
    params: rolePath,
    answers: [204],
    async handle({ params, perform }) {
      const { warnings } = await perform(deleteRole, { name: params.name });
      return { status: 204, type: null, warnings };
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/permissions",
    operationId: "list_permissions",
    summary: "Every permission that a role can be made of, besides those for one Dag",
    action: "permission.list",
    handle: async () => ok({ permissions: [...permissionNames()], total_entries: permissionNames().length }),
  }),
];
