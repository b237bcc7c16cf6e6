import { invariant, type Permission } from "@windlass/contract";
import { createRole, deleteRole, patchRole } from "@windlass/core/actions";
import { findRole, listPermissionActions, listRoles, type RoleRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { list, optional, record, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import type { Server } from "../../server.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";

const ORDER = { id: "id", name: "name" } as const;

const actions = optional(list(record({ action: record({ name: text() }), resource: record({ name: text() }) })));

type Actions = readonly { readonly action: { readonly name: string }; readonly resource: { readonly name: string } }[];

function permissionsOf(given: Actions | undefined): readonly Permission[] | undefined {
  return given?.map(({ action, resource }): Permission => [action.name, resource.name]);
}

/** A role as Airflow 3's FAB auth manager shows one. */
function roleView(role: RoleRow): Record<string, unknown> {
  return {
    name: role.name,
    actions: role.permissions.map(({ action, resource }) => ({
      action: { name: action },
      resource: { name: resource },
    })),
  };
}

async function stored(server: Server, roleName: string): Promise<Record<string, unknown>> {
  const role = await findRole(server.actions.database, roleName);
  invariant(role !== undefined, "a role just written is gone");
  return roleView(role);
}

const ONE = "/auth/fab/v1/roles/{name}";

/** Roles and permissions, as Airflow 3's FAB auth manager serves them. */
export const fabRoleOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/auth/fab/v1/roles",
    operationId: "get_roles",
    summary: "Roles with their permissions",
    action: "role.list",
    query: { ...pagingFields, order_by: orderField("name") },
    async handle({ server, query }) {
      const [order] = readOrderBy(query.order_by, ORDER);
      const { rows, total } = await listRoles(
        server.actions.database,
        order?.by ?? "name",
        order?.descending === true,
        pageOf(query),
      );
      return ok({ roles: rows.map(roleView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/auth/fab/v1/roles",
    operationId: "create_role",
    summary: "Makes a role",
    action: "role.create",
    body: record({ name: text({ minLength: 1 }), actions }),
    async handle({ server, body, perform }) {
      const { warnings } = await perform(createRole, {
        name: body.name,
        permissions: permissionsOf(body.actions) ?? [],
      });
      return ok(await stored(server, body.name), { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: ONE,
    operationId: "get_role",
    summary: "One role",
    action: "role.read",
    params: { name: text() },
    async handle({ server, params }) {
      const role = await findRole(server.actions.database, params.name);
      if (role !== undefined) return ok(roleView(role));
      throw objectUnknown("role", params.name, {
        pointer: "path/name",
        airflow: { v2: `Role with name '${params.name}' does not exist.` },
      });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: ONE,
    operationId: "patch_role",
    summary: "Changes a role",
    action: "role.edit",
    params: { name: text() },
    query: { update_mask: optional(text()) },
    body: record({ name: optional(text({ minLength: 1 })), actions }),
    async handle({ server, params, query, body, perform }) {
      const mask = query.update_mask?.split(",").map((each) => each.trim());
      const taken = (field: string): boolean => mask === undefined || mask.includes(field);
      const { result, warnings } = await perform(patchRole, {
        name: params.name,
        newName: taken("name") ? body.name : undefined,
        permissions: taken("actions") ? permissionsOf(body.actions) : undefined,
      });
      return ok(await stored(server, result.name), { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: ONE,
    operationId: "delete_role",
    summary: "Deletes a role",
    action: "role.delete",
    params: { name: text() },
    answers: [204],
    async handle({ params, perform }) {
      await perform(deleteRole, { name: params.name });
      return { status: 204 };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/auth/fab/v1/permissions",
    operationId: "get_permissions",
    summary: "Actions that permissions are made of",
    action: "permission.list",
    query: { ...pagingFields, order_by: orderField("id") },
    async handle({ server, query }) {
      const names = await listPermissionActions(server.actions.database);
      const { limit, offset } = pageOf(query);
      return ok({
        actions: names.slice(offset, offset + limit).map((action) => ({ name: action })),
        total_entries: names.length,
      });
    },
  }),
];
