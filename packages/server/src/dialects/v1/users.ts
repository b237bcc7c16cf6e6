import { invariant } from "@windlass/contract";
import { createUser, deleteUser, patchUser } from "@windlass/core/actions";
import { type AccountRow, findAccount, listAccounts } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { list, optional, record, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import type { Server } from "../../server.ts";
import { iso, isoOrNull } from "./moments.ts";
import { orderField, orderOf, pageOf, pagingFields } from "./paging.ts";
import { maskedBy, updateMask } from "./update-mask.ts";

const ORDER = {
  id: "id",
  first_name: "firstName",
  last_name: "lastName",
  user_name: "userName",
  email: "email",
  is_active: "active",
} as const;

/** A user as v1 shows one; who never logged in has no counts. */
function userView(account: AccountRow): Record<string, unknown> {
  const never = account.lastLoginAt === null;
  return {
    active: account.active,
    changed_on: iso(account.changedAt),
    created_on: iso(account.createdAt),
    email: account.email,
    fail_login_count: never && account.failedLoginCount === 0 ? null : account.failedLoginCount,
    first_name: account.firstName,
    last_login: isoOrNull(account.lastLoginAt),
    last_name: account.lastName,
    login_count: never && account.loginCount === 0 ? null : account.loginCount,
    roles: account.roles.map((name) => ({ name })),
    username: account.userName,
  };
}

async function stored(server: Server, userName: string): Promise<Record<string, unknown>> {
  const account = await findAccount(server.actions.database, userName);
  invariant(account, "a user just written is gone");
  return userView(account);
}

const roles = optional(list(record({ name: text() })));
const password = optional(text());
const ONE = "/api/v1/users/{username}";

/** Users. */
export const userOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/users",
    operationId: "get_users",
    summary: "Users",
    action: "user.list",
    query: { ...pagingFields, order_by: orderField },
    async handle({ server, query }) {
      const ordering = readOrderBy(orderOf(query.order_by, "id"), ORDER);
      const { rows, total } = await listAccounts(server.actions.database, ordering, pageOf(query));
      return ok({ users: rows.map(userView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/users",
    operationId: "post_user",
    summary: "Makes a user",
    action: "user.create",
    body: record({
      first_name: text(),
      last_name: text(),
      username: text({ minLength: 1 }),
      email: text({ minLength: 1 }),
      roles,
      password,
    }),
    async handle({ server, body, perform }) {
      const { username: userName, first_name: firstName, last_name: lastName, email } = body;
      const input = {
        userName,
        firstName,
        lastName,
        email,
        password: body.password,
        roles: body.roles?.map(({ name }) => name),
      };
      const { warnings, replayed } = await perform(createUser, input);
      return ok(await stored(server, userName), { warnings, replayed });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: ONE,
    operationId: "get_user",
    summary: "One user",
    action: "user.read",
    params: { username: text() },
    async handle({ server, params }) {
      const account = await findAccount(server.actions.database, params.username);
      if (account !== undefined) return ok(userView(account));
      const detail = `The User with username \`${params.username}\` was not found`;
      throw objectUnknown("user", params.username, {
        pointer: "path/username",
        airflow: { v1: { title: "User not found", detail } },
      });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: ONE,
    operationId: "patch_user",
    summary: "Changes a user",
    action: "user.edit",
    params: { username: text() },
    query: { update_mask: updateMask },
    body: record({
      first_name: optional(text()),
      last_name: optional(text()),
      username: optional(text()),
      email: optional(text()),
      roles,
      password,
    }),
    async handle({ server, params, query, body, perform }) {
      const masked = maskedBy(query.update_mask, body, [
        "first_name",
        "last_name",
        "username",
        "email",
        "roles",
        "password",
      ]);
      const { first_name: firstName, last_name: lastName, email, password: secret, roles: given } = masked.body;
      const input = {
        userName: params.username,
        firstName,
        lastName,
        email,
        password: secret,
        roles: given?.map(({ name }) => name),
      };
      const { result, warnings } = await perform(patchUser, input, masked.verdicts);
      return ok(await stored(server, result.userName), { warnings });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "DELETE",
    path: ONE,
    operationId: "delete_user",
    summary: "Deletes a user",
    action: "user.delete",
    params: { username: text() },
    answers: [204],
    async handle({ params, perform }) {
      const { warnings } = await perform(deleteUser, { userName: params.username });
      return { status: 204, warnings };
    },
  }),
];
