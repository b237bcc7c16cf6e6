import { BUILT_IN_ROLES, type ConfigValues, type Permission } from "@windlass/contract";
import type { Database } from "@windlass/core/database";
import { hashPassword } from "../src/actions/accounts/passwords.ts";
import { insertAccount, setAccountRoles } from "../src/store/accounts.ts";
import { findRole, insertRole } from "../src/store/roles.ts";

/** An account for a test. */
export interface TestAccount {
  readonly userName: string;
  readonly password: string;
  readonly roles: readonly string[];
}

/** Stores the built-in roles, further roles, and accounts; for tests above the store. */
export async function storeTestAccounts(
  database: Database,
  config: ConfigValues,
  accounts: readonly TestAccount[],
  moreRoles: Readonly<Record<string, readonly Permission[]>> = {},
): Promise<void> {
  const hashed = await Promise.all(accounts.map(({ password }) => hashPassword(password, config)));
  await database.transaction(async (tx) => {
    for (const [name, permissions] of Object.entries(BUILT_IN_ROLES)) {
      if ((await findRole(tx, name)) === undefined) await insertRole(tx, name, permissions, true);
    }
    for (const [name, permissions] of Object.entries(moreRoles)) await insertRole(tx, name, permissions);
    for (const [index, { userName, roles }] of accounts.entries()) {
      const id = await insertAccount(tx, {
        kind: "user",
        userName,
        email: null,
        firstName: "",
        lastName: "",
        passwordHash: hashed[index] ?? "",
        active: true,
      });
      await setAccountRoles(tx, id, roles);
    }
  });
}
