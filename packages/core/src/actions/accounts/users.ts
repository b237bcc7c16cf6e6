import { nearest, refusal, type Refusal, RefusalError, type Verdict } from "@windlass/contract";
import { isUniqueViolation } from "../../database/database-error.ts";
import type { Sql } from "../../database/sql.ts";
import { existingObject, existsVerdict, unknownObject, unknownVerdict } from "../../domain/decide/object-names.ts";
import {
  type Account,
  countOtherAdmins,
  deleteAccount,
  findAccount,
  insertAccount,
  listUserNames,
  setAccountRoles,
  updateAccount,
} from "../../store/accounts.ts";
import { listRoles } from "../../store/roles.ts";
import type { Action, Findings } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { hashPassword, passwordProblem } from "./passwords.ts";

/** A user as an administrator writes one. */
export interface UserInput {
  readonly userName: string;
  /** Absent: the account can only be used with API keys. */
  readonly password?: string | undefined;
  readonly email?: string | null | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly active?: boolean | undefined;
  readonly kind?: "user" | "service-account" | undefined;
}

/** Names the user that was written. */
export interface UserResult {
  readonly userName: string;
}

/** Makes a user. Without roles it is a Public one, who may do nothing. */
export const createUser: Action<UserInput, UserInput, UserResult> = {
  name: "user.create",
  event: "post_user",
  subject: ({ userName }) => ({ dagId: null, object: userName }),
  async decide(context, _request, input): Promise<Findings<UserInput>> {
    const verdicts: Verdict[] = [
      ...(await roleVerdicts(context, input.roles)),
      ...passwordVerdicts(context, input.password, input.userName),
    ];
    if (input.userName !== undefined && (await findAccount(context.database, input.userName)))
      verdicts.push(existsVerdict("user", input.userName));
    return { verdicts, warnings: [], plan: input };
  },
  async execute(tx, context, _request, input) {
    const passwordHash = input.password === undefined ? null : await hashPassword(input.password, context.config);
    try {
      const id = await insertAccount(tx, {
        kind: input.kind ?? "user",
        userName: input.userName,
        email: input.email ?? null,
        firstName: input.firstName ?? "",
        lastName: input.lastName ?? "",
        passwordHash,
        active: input.active ?? true,
      });
      await setRoles(tx, id, input.roles ?? ["Public"]);
    } catch (error) {
      if (isUniqueViolation(error, "account_user_name")) throw new RefusalError(existingObject("user", input.userName));
      throw error;
    }
    return {
      result: { userName: input.userName },
      extra: { roles: input.roles ?? ["Public"] },
      afterCommit: () => context.accounts.forget(),
    };
  },
};

/** Changes a user. A new password, other roles or switching off void every credential issued before. */
export const patchUser: Action<UserInput, UserInput, UserResult> = {
  name: "user.edit",
  event: "patch_user",
  subject: ({ userName }) => ({ dagId: null, object: userName }),
  async decide(context, _request, input): Promise<Findings<UserInput>> {
    const account = await findAccount(context.database, input.userName);
    if (!account) return { verdicts: [await unknownUser(context, input.userName)], warnings: [], plan: null };
    const verdicts: Verdict[] = [
      ...(await roleVerdicts(context, input.roles)),
      ...passwordVerdicts(context, input.password, input.userName),
    ];
    const losesAdmin = input.active === false || (input.roles !== undefined && !input.roles.includes("Admin"));
    if (losesAdmin) verdicts.push(...(await lastAdminVerdicts(context.database, account)));
    return { verdicts, warnings: [], plan: input };
  },
  async execute(tx, context, _request, input) {
    const account = await findAccount(tx, input.userName);
    if (!account) throw new RefusalError(unknownObject("user", input.userName));
    const { password, roles, active, email, firstName, lastName } = input;
    const rolesChange = roles !== undefined && roles.toSorted().join("\n") !== account.roles.join("\n");
    const changes = {
      ...(email === undefined ? {} : { email }),
      ...(firstName === undefined ? {} : { firstName }),
      ...(lastName === undefined ? {} : { lastName }),
      ...(active === undefined ? {} : { active }),
      ...(password === undefined ? {} : { passwordHash: await hashPassword(password, context.config) }),
    };
    const voids = password !== undefined || rolesChange || (active !== undefined && active !== account.active);
    await updateAccount(tx, account.id, changes, voids);
    if (rolesChange) await setRoles(tx, account.id, roles);
    const fields = [
      ...Object.keys(changes).map((name) => (name === "passwordHash" ? "password" : name)),
      ...(rolesChange ? ["roles"] : []),
    ];
    return {
      result: { userName: account.userName },
      extra: { fields, ...(rolesChange ? { roles: [account.roles, roles] } : {}) },
      afterCommit: () => context.accounts.forget(),
    };
  },
};

/** Deletes a user with their sessions and keys. */
export const deleteUser: Action<UserResult, UserResult, UserResult> = {
  name: "user.delete",
  event: "delete_user",
  subject: ({ userName }) => ({ dagId: null, object: userName }),
  async decide(context, _request, input) {
    const account = await findAccount(context.database, input.userName);
    if (!account) return { verdicts: [await unknownUser(context, input.userName)], warnings: [], plan: null };
    return { verdicts: await lastAdminVerdicts(context.database, account), warnings: [], plan: input };
  },
  async execute(tx, context, _request, { userName }) {
    const account = await findAccount(tx, userName);
    if (!account) throw new RefusalError(unknownObject("user", userName));
    await deleteAccount(tx, account.id);
    return { result: { userName: account.userName }, afterCommit: () => context.accounts.forget() };
  },
};

async function unknownUser(context: ActionContext, userName: string): Promise<Verdict> {
  return unknownVerdict("user", userName, nearest(userName, await listUserNames(context.database)));
}

async function lastAdminVerdicts(sql: Sql, account: Account): Promise<readonly Verdict[]> {
  if (!account.active || !account.roles.includes("Admin") || (await countOtherAdmins(sql, account.id)) > 0) return [];
  return [{ phase: "state", refusal: refusal("account.last_admin", { name: account.userName }) }];
}

async function roleVerdicts(context: ActionContext, roles: readonly string[] | undefined): Promise<readonly Verdict[]> {
  if (roles === undefined || roles.length === 0) return [];
  const known = (await listRoles(context.database)).map((role) => role.name);
  const unknown = roles.filter((each) => !known.includes(each));
  return unknown.length === 0 ? [] : [{ phase: "fields", refusal: unknownRoles(unknown, known) }];
}

function unknownRoles(unknown: readonly string[], known: readonly string[]): Refusal {
  const text = `Unknown roles: ${unknown.map((each) => `'${each}'`).join(", ")}`;
  const data = {
    name: "roles",
    part: "body",
    problem: `there is no role ${unknown.join(", ")}.`,
    expected: `some of ${known.join(", ")}`,
  };
  const made = refusal("request.field_wrong", data, {
    pointer: "/roles",
    actual: unknown,
    airflow: { v1: { title: "Bad Request", detail: text }, v2: text },
  });
  // Airflow 3's FAB endpoints answer 400 here where its own would say 422.
  return { ...made, status: { ...made.status, v2: 400 } };
}

/** Why a password may not be set, as verdicts. */
export function passwordVerdicts(
  context: ActionContext,
  password: string | undefined,
  userName: string | undefined,
): readonly Verdict[] {
  const problem = password === undefined ? null : passwordProblem(password, userName ?? "", context.config);
  return problem === null
    ? []
    : [{ phase: "fields", refusal: refusal("account.password_weak", { problem }, { pointer: "/password" }) }];
}

async function setRoles(tx: Sql, accountId: number, roles: readonly string[]): Promise<void> {
  const unknown = await setAccountRoles(tx, accountId, roles);
  if (unknown.length > 0) throw new RefusalError(unknownRoles(unknown, []));
}
