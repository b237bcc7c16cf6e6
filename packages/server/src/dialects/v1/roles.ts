import { invariant, type Permission } from "@windlass/contract";
import { createRole, deleteRole, patchRole } from "@windlass/core/actions";
import { findRole, listPermissionActions, listRoles, type RoleRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { list, optional, record, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { orderField, orderOf, pageOf, pagingFields } from "./paging.ts";
import { maskedBy, updateMask } from "./update-mask.ts";

const ORDER = { id: "id", name: "name" } as const;

const named = record({ name: text() });
const actions = list(record({ action: named, resource: named }));

interface GivenAction {
  readonly action: { readonly name: string };
  readonly resource: { readonly name: string };
}

function roleView(role: RoleRow): Record<string, unknown> {
  return {
    actions: role.permissions.map(({ action, resource }) => ({
      action: { name: action },
      resource: { name: resource },
    })),
    name: role.name,
  };
}

function permissionsOf(given: readonly GivenAction[]): readonly Permission[] {
  return given.map(({ action, resource }): Permission => [action.name, resource.name]);
}

const ONE = "/api/v1/roles/{role_name}";

/** Roles and the actions they are made of. */
export const roleOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/roles",
    operationId: "get_roles",
    summary: "Roles",
    action: "role.list",
    query: { ...pagingFields, order_by: orderField },
    async handle({ server, query }) {
      const [order] = readOrderBy(orderOf(query.order_by, "id"), ORDER);
      const { rows, total } = await listRoles(
        server.actions.database,
        order?.by ?? "id",
        order?.descending ?? false,
        pageOf(query),
      );
      return ok({ roles: rows.map(roleView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/roles",
    operationId: "post_role",
    summary: "Makes a role",
    action: "role.create",
    body: record({ name: text({ minLength: 1 }), actions: optional(actions) }),
    async handle({ body, perform }) {
      const { warnings, replayed } = await perform(createRole, {
        name: body.name,
        permissions: permissionsOf(body.actions ?? []),
      });
      // Airflow 2 answers an empty object.
      return ok({}, { warnings, replayed });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: ONE,
    operationId: "get_role",
    summary: "One role",
    action: "role.read",
    params: { role_name: text() },
    async handle({ server, params }) {
      const role = await findRole(server.actions.database, params.role_name);
      if (role !== undefined) return ok(roleView(role));
      const detail = `Role with name '${params.role_name}' was not found`;
      throw objectUnknown("role", params.role_name, {
        pointer: "path/role_name",
        airflow: { v1: { title: "Role not found", detail } },
      });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: ONE,
    operationId: "patch_role",
    summary: "Changes a role of one's own making",
    action: "role.edit",
    params: { role_name: text() },
    query: { update_mask: updateMask },
    body: record({ name: optional(text({ minLength: 1 })), actions: optional(actions) }),
    async handle({ server, params, query, body, perform }) {
      const masked = maskedBy(query.update_mask, body, ["name", "actions"]);
      const { name: newName, actions: given } = masked.body;
      const permissions = given === undefined ? undefined : permissionsOf(given);
      const { result, warnings } = await perform(
        patchRole,
        { name: params.role_name, newName, permissions },
        masked.verdicts,
      );
      const role = await findRole(server.actions.database, result.name);
      invariant(role, "a role just written is gone");
      return ok(roleView(role), { warnings });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "DELETE",
    path: ONE,
    operationId: "delete_role",
    summary: "Deletes a role of one's own making",
    action: "role.delete",
    params: { role_name: text() },
    answers: [204],
    async handle({ params, perform }) {
      const { warnings } = await perform(deleteRole, { name: params.role_name });
      return { status: 204, warnings };
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/permissions",
    operationId: "get_permissions",
    summary: "Names of the actions that permissions are made of",
    action: "permission.list",
    query: pagingFields,
    async handle({ server, query }) {
      const names = await listPermissionActions(server.actions.database);
      const { limit, offset } = pageOf(query);
      return ok({
        actions: names.slice(offset, offset + limit).map((name) => ({ name })),
        total_entries: names.length,
      });
    },
  }),
];
