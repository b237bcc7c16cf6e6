import { invariant, type JsonObject } from "@windlass/contract";
import { changePassword, createUser, deleteUser, patchUser } from "@windlass/core/actions";
import { type ACCOUNT_SORTS, type AccountRow, findAccount, listAccounts } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { choice, flag, list, nullable, optional, record, text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { pagingFields } from "./paging.ts";

const ORDER: Readonly<Record<string, keyof typeof ACCOUNT_SORTS>> = {
  id: "id",
  user_name: "userName",
  email: "email",
  first_name: "firstName",
  last_name: "lastName",
  active: "active",
};

function userView(account: AccountRow): JsonObject {
  return {
    user_name: account.userName,
    kind: account.kind,
    email: account.email,
    first_name: account.firstName,
    last_name: account.lastName,
    roles: [...account.roles],
    active: account.active,
    created_at: account.createdAt,
    changed_at: account.changedAt,
    last_login_at: account.lastLoginAt,
    login_count: account.loginCount,
    failed_login_count: account.failedLoginCount,
  };
}

type UserCall = Pick<Call<unknown, unknown, unknown>, "server">;

async function userOf({ server }: UserCall, userName: string): Promise<AccountRow> {
  const account = await findAccount(server.actions.database, userName);
  if (account === undefined) throw objectUnknown("user", userName, { pointer: "path/user_name" });
  return account;
}

async function written(call: UserCall, userName: string): Promise<JsonObject> {
  const account = await findAccount(call.server.actions.database, userName);
  invariant(account !== undefined, "an account that was just written is there");
  return userView(account);
}

const person = {
  email: optional(nullable(text({ maxLength: 320 }))),
  first_name: optional(text({ maxLength: 256 })),
  last_name: optional(text({ maxLength: 256 })),
} as const;
const userPath = { user_name: text() } as const;

/** Accounts, for administrators; one's own password, for everybody. */
export const userOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/users",
    operationId: "list_users",
    summary: "All accounts",
    action: "user.list",
    query: { ...pagingFields, order_by: withDefault(list(text()), ["user_name"]) },
    async handle({ server, query }) {
      const { rows, total } = await listAccounts(server.actions.database, readOrderBy(query.order_by, ORDER), {
        limit: query.limit,
        offset: query.offset,
      });
      return ok({ users: rows.map(userView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/users/{user_name}",
    operationId: "get_user",
    summary: "One account",
    action: "user.read",
    params: userPath,
    handle: async (call) => ok(userView(await userOf(call, call.params.user_name))),
  }),
  defineOperation({
    dialect: "native",
    method: "POST",
    path: "/api/windlass/v1/users",
    operationId: "create_user",
    summary: "Makes an account; without a password it can only be used by its API keys",
    action: "user.create",
    body: record({
      user_name: text({ minLength: 1, maxLength: 250 }),
      password: optional(text()),
      roles: optional(list(text())),
      active: optional(flag()),
      kind: optional(choice(["user", "service-account"])),
      ...person,
    }),
    answers: [201],
    async handle(call) {
      const { body, perform } = call;
      const { result, warnings } = await perform(createUser, {
        userName: body.user_name,
        password: body.password,
        email: body.email,
        firstName: body.first_name,
        lastName: body.last_name,
        roles: body.roles,
        active: body.active,
        kind: body.kind,
      });
      return ok(await written(call, result.userName), { status: 201, warnings });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "PATCH",
    path: "/api/windlass/v1/users/{user_name}",
    operationId: "patch_user",
    summary:
      "Changes the members that are sent; a new password, other roles or switching off void every earlier credential",
    action: "user.edit",
    params: userPath,
    body: record({ password: optional(text()), roles: optional(list(text())), active: optional(flag()), ...person }),
    async handle(call) {
      const { params, body, perform } = call;
      const { result, warnings } = await perform(patchUser, {
        userName: params.user_name,
        password: body.password,
        email: body.email,
        firstName: body.first_name,
        lastName: body.last_name,
        roles: body.roles,
        active: body.active,
      });
      return ok(await written(call, result.userName), { warnings });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "DELETE",
    path: "/api/windlass/v1/users/{user_name}",
    operationId: "delete_user",
    summary: "Deletes an account with its sessions and keys",
    action: "user.delete",
    params: userPath,
    answers: [204],
    async handle({ params, perform }) {
      const { warnings } = await perform(deleteUser, { userName: params.user_name });
      return { status: 204, type: null, warnings };
    },
  }),
  defineOperation({
    dialect: "native",
    method: "POST",
    path: "/api/windlass/v1/me/password",
    operationId: "change_password",
    summary: "Changes one's own password; every other session and token is void afterwards",
    action: "password.change",
    body: record({ current_password: text(), new_password: text() }),
    answers: [204],
    async handle({ body, perform }) {
      const { warnings } = await perform(changePassword, {
        currentPassword: body.current_password,
        newPassword: body.new_password,
      });
      return { status: 204, type: null, warnings };
    },
  }),
];
