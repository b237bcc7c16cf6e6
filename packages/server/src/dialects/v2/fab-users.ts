import { invariant } from "@windlass/contract";
import { createUser, deleteUser, patchUser } from "@windlass/core/actions";
import { type AccountRow, findAccount, listAccounts } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { list, nullable, optional, record, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import type { Server } from "../../server.ts";
import { z, zOrNull } from "./moments.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";

const ORDER = {
  id: "id",
  username: "userName",
  user_name: "userName",
  email: "email",
  first_name: "firstName",
  last_name: "lastName",
  active: "active",
} as const;

const name = text({ minLength: 1 });
const roles = optional(nullable(list(record({ name: text() }))));

/** A user as Airflow 3's FAB auth manager shows one; who never logged in has no counts. */
function userView(account: AccountRow): Record<string, unknown> {
  const never = account.lastLoginAt === null;
  return {
    username: account.userName,
    email: account.email ?? "",
    first_name: account.firstName,
    last_name: account.lastName,
    roles: account.roles.map((each) => ({ name: each })),
    active: account.active,
    last_login: zOrNull(account.lastLoginAt),
    login_count: never && account.loginCount === 0 ? null : account.loginCount,
    fail_login_count: never && account.failedLoginCount === 0 ? null : account.failedLoginCount,
    created_on: z(account.createdAt),
    changed_on: z(account.changedAt),
  };
}

async function stored(server: Server, userName: string): Promise<Record<string, unknown>> {
  const account = await findAccount(server.actions.database, userName);
  invariant(account !== undefined, "a user just written is gone");
  return userView(account);
}

const ONE = "/auth/fab/v1/users/{username}";

/** Users, as Airflow 3's FAB auth manager serves them. */
export const fabUserOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/auth/fab/v1/users",
    operationId: "get_users",
    summary: "Users",
    action: "user.list",
    query: { ...pagingFields, order_by: orderField("id") },
    async handle({ server, query }) {
      const { rows, total } = await listAccounts(
        server.actions.database,
        readOrderBy(query.order_by, ORDER),
        pageOf(query),
      );
      return ok({ users: rows.map(userView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/auth/fab/v1/users",
    operationId: "create_user",
    summary: "Makes a user",
    action: "user.create",
    body: record({ username: name, email: name, first_name: name, last_name: name, roles, password: text() }),
    async handle({ server, body, perform }) {
      const { username: userName, email, first_name: firstName, last_name: lastName, password } = body;
      const { warnings } = await perform(createUser, {
        userName,
        email,
        firstName,
        lastName,
        password,
        roles: body.roles?.map((each) => each.name),
      });
      return ok(await stored(server, userName), { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: ONE,
    operationId: "get_user",
    summary: "One user",
    action: "user.read",
    params: { username: text() },
    async handle({ server, params }) {
      const account = await findAccount(server.actions.database, params.username);
      if (account !== undefined) return ok(userView(account));
      throw objectUnknown("user", params.username, {
        pointer: "path/username",
        airflow: { v2: `The User with username \`${params.username}\` was not found` },
      });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: ONE,
    operationId: "update_user",
    summary: "Changes a user",
    action: "user.edit",
    params: { username: text() },
    query: { update_mask: optional(text()) },
    body: record({
      username: optional(nullable(name)),
      email: optional(nullable(name)),
      first_name: optional(nullable(name)),
      last_name: optional(nullable(name)),
      roles,
      password: optional(nullable(text())),
    }),
    async handle({ server, params, query, body, perform }) {
      const mask = query.update_mask?.split(",").map((each) => each.trim());
      const taken = <Value>(field: string, value: Value | null | undefined): Value | undefined =>
        mask === undefined || mask.includes(field) ? (value ?? undefined) : undefined;
      const { result, warnings } = await perform(patchUser, {
        userName: params.username,
        email: taken("email", body.email),
        firstName: taken("first_name", body.first_name),
        lastName: taken("last_name", body.last_name),
        password: taken("password", body.password),
        roles: taken("roles", body.roles)?.map((each) => each.name),
      });
      return ok(await stored(server, result.userName), { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: ONE,
    operationId: "delete_user",
    summary: "Deletes a user",
    action: "user.delete",
    params: { username: text() },
    answers: [204],
    async handle({ params, perform }) {
      await perform(deleteUser, { userName: params.username });
      return { status: 204 };
    },
  }),
];
