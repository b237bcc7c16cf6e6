import { isIP } from "node:net";
import { invariant, type Refusal, refusal } from "@windlass/contract";
import { type Account, countLogin, replacePasswordHash } from "../../store/accounts.ts";
import {
  clearThrottle,
  giveBackAttempt,
  isMarked,
  mark,
  reserveAttempt,
  type ThrottleAnswer,
} from "../../store/login-throttle.ts";
import type { ActionContext } from "../context.ts";
import { hashPassword, needsRehash, verifyPassword } from "./passwords.ts";

/** Whose password it is, or why not. */
export type LoginVerdict = { readonly account: Account } | { readonly refusal: Refusal };

/**
 * Verifies a user name and a password. A success is remembered for a minute; an unknown user costs as much as a wrong password, and both get
 * the same answer. Failures make the next attempt of the same account from the same address wait, and, ten times later, those of the address
 * as a whole; whoever logged in from there before is not held up by others.
 */
export async function verifyLogin(
  context: ActionContext,
  userName: string,
  password: string,
  address: string | null,
): Promise<LoginVerdict> {
  const account = await context.accounts.byName(userName);
  const digest = context.basicCache.digest(userName, password, account?.securityStamp ?? "");
  if (account?.active === true && context.basicCache.has(digest)) return { account };
  return context.basicCache.once(digest, () => verify(context, userName, password, address, account, digest));
}

async function verify(
  context: ActionContext,
  userName: string,
  password: string,
  address: string | null,
  account: Account | undefined,
  digest: string,
): Promise<LoginVerdict> {
  const throttle = await reserve(context, userName, address);
  if (throttle.blocked) return { refusal: throttled(throttle.answer) };
  const stored = account?.passwordHash ?? (await decoy(context));
  const right = await verifyPassword(stored, password);
  if (!right || account?.active !== true || account.passwordHash === null) {
    if (account) await countLogin(context.database, account.id, false);
    return { refusal: refusal("credentials.wrong") };
  }
  await throttle.succeeded();
  if (needsRehash(account.passwordHash, context.config)) {
    await replacePasswordHash(
      context.database,
      account.id,
      account.passwordHash,
      await hashPassword(password, context.config),
    );
  }
  context.basicCache.remember(digest);
  return { account };
}

interface Reservation {
  readonly blocked: boolean;
  readonly answer: ThrottleAnswer;
  readonly succeeded: () => Promise<void>;
}

const PASSED: Reservation = {
  blocked: false,
  answer: { waitSeconds: 0, failures: 0 },
  succeeded: async () => undefined,
};
// A shared address (an office, a proxy) fails more often than one person does.
const ADDRESS_FACTOR = 10;

async function reserve(context: ActionContext, userName: string, address: string | null): Promise<Reservation> {
  const { security } = context.config;
  if (!security.throttle) return PASSED;
  const from = prefixOf(address);
  const pair = `pair:${userName.toLowerCase().slice(0, 250)}@${from}`;
  const known = `known:${userName.toLowerCase().slice(0, 250)}@${from}`;
  const place = `address:${from}`;
  const rule = { free: security.throttle_free_failures, longestSeconds: security.throttle_longest_seconds };
  const own = await reserveAttempt(context.database, pair, rule);
  if (own.waitSeconds > 0) return { ...PASSED, blocked: true, answer: own };
  const trusted = await isMarked(context.database, known);
  const shared = trusted
    ? PASSED.answer
    : await reserveAttempt(context.database, place, { ...rule, free: rule.free * ADDRESS_FACTOR });
  if (shared.waitSeconds > 0) {
    await giveBackAttempt(context.database, pair);
    return { ...PASSED, blocked: true, answer: shared };
  }
  return {
    blocked: false,
    answer: own,
    succeeded: async () => {
      await clearThrottle(context.database, pair);
      if (trusted) return;
      await giveBackAttempt(context.database, place);
      await mark(context.database, known);
    },
  };
}

/** One caller of IPv6 has a whole /64, so that is counted as one. */
function prefixOf(address: string | null): string {
  if (address === null) return "unknown";
  return isIP(address) === 6 && !address.startsWith("::ffff:") ? address.split(":").slice(0, 4).join(":") : address;
}

function throttled(answer: ThrottleAnswer): Refusal {
  return refusal(
    "credentials.throttled",
    { failures: answer.failures, seconds: answer.waitSeconds },
    { retryAfterSeconds: answer.waitSeconds },
  );
}

const decoys = new WeakMap<object, Promise<string>>();

/** A hash that no password fits, made with the present parameters, so that an unknown user takes the same time. */
async function decoy(context: ActionContext): Promise<string> {
  let made = decoys.get(context.config);
  if (made === undefined) {
    made = hashPassword(Buffer.from(context.random.bytes(24)).toString("base64"), context.config);
    decoys.set(context.config, made);
  }
  const text = await made;
  invariant(text.startsWith("$argon2id$"), "argon2 made something else than argon2id");
  return text;
}
