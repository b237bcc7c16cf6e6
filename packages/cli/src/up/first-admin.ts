import { type ActionContext, makeFirstUser } from "@windlass/core/actions";

/** The name of the account that an installation begins with. */
export const ADMIN = "admin";

const GENERATED_BYTES = 15;

/**
 * Makes the first admin of an installation that has no account at all, so that a deleted `admin` stays deleted.
 * @param given the password to give; without one it is generated
 * @returns the password, to be shown once; null where there were accounts
 */
export async function firstAdmin(actions: ActionContext, given: string | undefined): Promise<string | null> {
  const password = given ?? Buffer.from(actions.random.bytes(GENERATED_BYTES)).toString("base64url");
  const made = await makeFirstUser(actions.database, actions.config, { userName: ADMIN, password, roles: ["Admin"] });
  return made ? password : null;
}
