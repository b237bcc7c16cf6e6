import { BUILT_IN_ROLES } from "@windlass/contract";
import { listAccounts } from "../../queries/accounts.ts";
import { insertAccount, setAccountRoles } from "../../store/accounts.ts";
import { findRole, insertRole, setRolePermissions } from "../../store/roles.ts";
import { hashPassword } from "../accounts/passwords.ts";
import type { ActionContext } from "../context.ts";

/** What the start of an installation is told, and finds. */
export interface Prepared {
  /** The password of the first admin where this start made the account; null where accounts were there. */
  readonly adminPassword: string | null;
}

const ADMIN = "admin";
const GENERATED_BYTES = 15;

/**
 * Brings roles and the first account up to what this version needs; repeating it changes nothing. The built-in roles follow the contract at every
 * start. Only an installation without any account gets one, so that a deleted `admin` stays deleted.
 * @param adminPassword the password to give; without one it is generated
 */
export async function prepareInstallation(context: ActionContext, adminPassword?: string): Promise<Prepared> {
  return context.database.transaction(async (tx) => {
    // Two processes that start at the same moment: the second waits and then finds what the first made.
    await tx.execute("select pg_advisory_xact_lock(724911084)");
    for (const [name, permissions] of Object.entries(BUILT_IN_ROLES)) {
      const role = await findRole(tx, name);
      if (role) await setRolePermissions(tx, role.id, permissions);
      else await insertRole(tx, name, permissions, true);
    }
    const { total } = await listAccounts(tx, [], { limit: 0, offset: 0 });
    if (total > 0) return { adminPassword: null };
    const password = adminPassword ?? Buffer.from(context.random.bytes(GENERATED_BYTES)).toString("base64url");
    const id = await insertAccount(tx, {
      kind: "user",
      userName: ADMIN,
      email: null,
      firstName: "",
      lastName: "",
      passwordHash: await hashPassword(password, context.config),
      active: true,
    });
    await setAccountRoles(tx, id, ["Admin"]);
    return { adminPassword: password };
  });
}
