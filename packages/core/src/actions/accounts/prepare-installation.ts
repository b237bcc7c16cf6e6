import { BUILT_IN_ROLES, type ConfigValues, type Permission } from "@windlass/contract";
import type { Database, Sql } from "../../database/sql.ts";
import { countAccounts, findAccount, insertAccount, setAccountRoles, updateAccount } from "../../store/accounts.ts";
import { lockPreparation } from "../../store/installation.ts";
import { findRole, insertRole, setRolePermissions } from "../../store/roles.ts";
import { hashPassword } from "./passwords.ts";

/** Writes Airflow's own roles as the contract has them. Repeating it, also from several processes, does no harm. Call it after every migration. */
export async function prepareInstallation(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    await lockPreparation(tx);
    for (const [name, permissions] of Object.entries(BUILT_IN_ROLES) as [string, readonly Permission[]][]) {
      const role = await findRole(tx, name);
      if (!role) await insertRole(tx, name, permissions, true);
      else if (role.permissions.length !== permissions.length) await setRolePermissions(tx, role.id, permissions);
    }
  });
}

/** A user as start-up makes one: the first administrator, the accounts of a test server. */
export interface FirstUser {
  readonly userName: string;
  readonly password: string;
  readonly roles: readonly string[];
}

/**
 * Makes a user, or gives an existing one this password and these roles, without asking anybody: for start-up and for the emergency password
 * reset on the machine itself. Every credential issued before is void where the account was there.
 */
export async function ensureUser(database: Database, config: ConfigValues, user: FirstUser): Promise<void> {
  const passwordHash = await hashPassword(user.password, config);
  await database.transaction((tx) => writeUser(tx, user, passwordHash));
}

async function writeUser(tx: Sql, user: FirstUser, passwordHash: string): Promise<void> {
  const before = await findAccount(tx, user.userName);
  if (before) await updateAccount(tx, before.id, { passwordHash, active: true }, true);
  const id =
    before?.id ??
    (await insertAccount(tx, {
      kind: "user",
      userName: user.userName,
      email: null,
      firstName: "",
      lastName: "",
      passwordHash,
      active: true,
    }));
  await setAccountRoles(tx, id, user.roles);
}

/** Makes a role of one's own, or sets what it may do, without asking anybody: for a test server's accounts. */
export async function ensureRole(database: Database, name: string, permissions: readonly Permission[]): Promise<void> {
  await database.transaction(async (tx) => {
    const role = await findRole(tx, name);
    if (role) await setRolePermissions(tx, role.id, permissions);
    else await insertRole(tx, name, permissions);
  });
}

/**
 * Makes the first user of an installation that has no account at all. Of several processes that start at once one makes it.
 * @returns whether it was this one
 */
export async function makeFirstUser(database: Database, config: ConfigValues, user: FirstUser): Promise<boolean> {
  if ((await countAccounts(database)) > 0) return false;
  const passwordHash = await hashPassword(user.password, config);
  return database.transaction(async (tx) => {
    await lockPreparation(tx);
    if ((await countAccounts(tx)) > 0) return false;
    await writeUser(tx, user, passwordHash);
    return true;
  });
}
