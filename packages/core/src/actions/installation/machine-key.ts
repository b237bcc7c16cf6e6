import { findAccount } from "../../store/accounts.ts";
import { insertApiKey, listApiKeys, revokeApiKey } from "../../store/api-keys.ts";
import { lockPreparation } from "../../store/installation.ts";
import { displayIdOf, hashToken, makeApiKeyToken } from "../accounts/api-key-token.ts";
import type { ActionContext } from "../context.ts";

const NAME = "windlass CLI of this machine";
const DAYS = 365;

/**
 * Makes the API key with which the CLI of this machine talks to the server, and voids the one before. The caller keeps it in a file that only its
 * owner can read.
 * @param keep keeps it before it is good; of several processes that begin at once, the one that keeps last is the one whose key is good
 * @returns null where the account is gone
 */
export async function issueMachineKey(
  context: ActionContext,
  userName: string,
  keep: (token: string) => void = () => undefined,
): Promise<string | null> {
  const token = makeApiKeyToken(context.random);
  return context.database.transaction(async (tx) => {
    await lockPreparation(tx);
    const account = await findAccount(tx, userName);
    if (!account?.active) return null;
    for (const key of await listApiKeys(tx, account.id)) {
      if (key.name === NAME && key.revokedAt === null) await revokeApiKey(tx, account.id, key.id);
    }
    await insertApiKey(tx, {
      accountId: account.id,
      name: NAME,
      tokenHash: hashToken(token),
      displayId: displayIdOf(token),
      scopes: null,
      days: DAYS,
    });
    keep(token);
    return token;
  });
}
