import type { Principal } from "@windlass/contract";
import type { Account } from "../../store/accounts.ts";
import type { ActionContext } from "../context.ts";

/** Nobody: what a request without credentials is made as. */
export const ANONYMOUS: Principal = {
  kind: "anonymous",
  id: 0,
  name: "anonymous",
  roles: [],
  permissions: new Set(),
  credential: { kind: "none", id: null },
};

/** Windlass itself: scheduled runs, start-up, the emergency password reset. May do everything. */
export const SYSTEM: Principal = { ...ANONYMOUS, kind: "system", name: "windlass" };

/** The principal that an account is, with a credential. @param scopes what the credential is narrowed to; never more than the account's own */
export async function principalOfAccount(
  context: Pick<ActionContext, "accounts">,
  account: Account,
  credential: Principal["credential"],
  scopes: readonly string[] | null = null,
): Promise<Principal> {
  const own = await context.accounts.permissionsOf(account);
  const principal = { kind: account.kind, id: account.id, name: account.userName, roles: account.roles, credential };
  if (scopes === null) return { ...principal, permissions: own };
  return { ...principal, permissions: new Set(scopes.filter((each) => own.has(each))), ownerPermissions: own };
}

/** The principal of a user by name, as `POST /check` with `as` needs it; undefined where there is none that is active. */
export async function principalOf(
  context: Pick<ActionContext, "accounts">,
  userName: string,
): Promise<Principal | undefined> {
  const account = await context.accounts.byName(userName);
  return account?.active === true ? principalOfAccount(context, account, { kind: "session", id: null }) : undefined;
}
