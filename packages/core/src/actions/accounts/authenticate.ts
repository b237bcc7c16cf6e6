import type { DecisionWarning, Dialect, Door, Principal, Refusal, RefusalCode, Verdict } from "@windlass/contract";
import { refusal, warning } from "@windlass/contract";
import { touchApiKey } from "../../store/api-keys.ts";
import { touchSession } from "../../store/sessions.ts";
import type { ActionContext } from "../context.ts";
import type { ClientInfo } from "../request.ts";
import { displayIdOf, hashToken, hasRightChecksum, looksLikeApiKey } from "./api-key-token.ts";
import { ANONYMOUS, principalOfAccount } from "./principal-of.ts";
import { readAuthorization } from "./read-authorization.ts";
import { enabledSchemes, type Scheme } from "./schemes.ts";
import { verifyLogin } from "./verify-login.ts";

/** What a request brings to prove who sends it. */
export interface Credentials {
  /** The header `Authorization`, as sent. */
  readonly authorization?: string | undefined;
  /** The header `X-API-Key`. */
  readonly apiKey?: string | undefined;
  /** The session cookie. */
  readonly session?: string | undefined;
  /** v2's cookie `_token`: a bearer token. */
  readonly tokenCookie?: string | undefined;
}

/** Who it is; where `verdicts` is not empty, nobody, and why. */
export interface Authenticated {
  readonly principal: Principal;
  readonly verdicts: readonly Verdict[];
  readonly warnings: readonly DecisionWarning[];
  /** The scheme that decided. */
  readonly scheme: Scheme | null;
  /** As claimed, also where it was not believed: for the log of refused requests. */
  readonly claimedName: string | null;
  /** The presented token is over; the cookie that brought it should be taken back. */
  readonly staleCookie: boolean;
}

/**
 * One chain for every dialect: API key, bearer token, session, cookie token, Basic. What is sent first in this order decides; a cookie beside
 * a Basic header that could not be taken anyway counts, as on Airflow 3.
 */
export async function authenticate(
  context: ActionContext,
  credentials: Credentials,
  at: { readonly door: Door; readonly dialect: Dialect; readonly client: ClientInfo },
): Promise<Authenticated> {
  const schemes = enabledSchemes(context.config);
  const header = readAuthorization(credentials.authorization);
  const basicUsable = schemes.enabled.has("basic_auth") && !(context.config.api.airflow_strict && at.dialect === "v2");
  const hasCookie = credentials.session !== undefined || credentials.tokenCookie !== undefined;
  if (credentials.apiKey !== undefined) return byBearer(context, credentials.apiKey, at, true);
  if (header.kind === "bearer") return byBearer(context, header.token, at, false);
  if (header.kind === "basic" && (basicUsable || !hasCookie)) return byBasic(context, header, at);
  if (header.kind === "malformed" && !hasCookie)
    return nobody(refusal("credentials.malformed", { problem: header.problem }, { pointer: "header/Authorization" }));
  if (header.kind === "unknown" && !hasCookie) {
    return nobody(
      refusal(
        "credentials.scheme_unknown",
        { scheme: header.scheme, schemes: names(context) },
        { pointer: "header/Authorization" },
      ),
    );
  }
  if (credentials.session !== undefined) {
    const bySessionCookie = await bySession(context, credentials.session, at);
    if (bySessionCookie.verdicts.length === 0 || credentials.tokenCookie === undefined) return bySessionCookie;
  }
  if (credentials.tokenCookie !== undefined)
    return { ...(await byBearer(context, credentials.tokenCookie, at, false)), staleCookie: true };
  return nobody(refusal("credentials.missing", { schemes: names(context) }));
}

function names(context: ActionContext): string {
  return [...enabledSchemes(context.config).enabled].join(", ");
}

function nobody(why: Refusal, scheme: Scheme | null = null, claimedName: string | null = null): Authenticated {
  return {
    principal: ANONYMOUS,
    verdicts: [{ phase: "identity", refusal: why }],
    warnings: [],
    scheme,
    claimedName,
    staleCookie: false,
  };
}

function somebody(
  context: ActionContext,
  principal: Principal,
  scheme: Scheme,
  at: { readonly dialect: Dialect; readonly client: ClientInfo },
): Authenticated {
  const warnings: DecisionWarning[] = [];
  if (enabledSchemes(context.config).deprecated.has(scheme)) warnings.push(warning("scheme_deprecated", { scheme }));
  if (scheme === "basic_auth" && at.dialect === "v2") warnings.push(warning("basic_in_v2"));
  if (scheme !== "session") context.schemeUse.note(scheme, principal.id, at.client.userAgent);
  return { principal, verdicts: [], warnings, scheme, claimedName: principal.name, staleCookie: false };
}

/** The refusal of a scheme that is not taken here; null where it is. */
function schemeProblem(context: ActionContext, scheme: Scheme): Refusal | null {
  const { enabled } = enabledSchemes(context.config);
  if (enabled.has(scheme)) return null;
  if (context.config.api.api_keys_only)
    return refusal("policy.api_keys_only", { scheme: WORDS[scheme] }, { pointer: "header/Authorization" });
  return refusal(
    "credentials.scheme_disabled",
    { scheme, schemes: names(context) },
    { pointer: "header/Authorization" },
  );
}

const WORDS: Readonly<Record<Scheme, string>> = {
  session: "sessions",
  basic_auth: "Basic credentials",
  token: "bearer tokens",
  api_key: "API keys",
};

async function byBasic(
  context: ActionContext,
  { userName, password }: { readonly userName: string; readonly password: string },
  at: { readonly dialect: Dialect; readonly client: ClientInfo },
): Promise<Authenticated> {
  const refused = schemeProblem(context, "basic_auth");
  if (refused) return nobody(refused, "basic_auth", userName);
  if (context.config.api.airflow_strict && at.dialect === "v2") {
    return nobody(refusal("strict.basic_in_v2", {}, { pointer: "header/Authorization" }), "basic_auth", userName);
  }
  const verdict = await verifyLogin(context, userName, password, at.client.address);
  if ("refusal" in verdict)
    return nobody({ ...verdict.refusal, pointer: "header/Authorization" }, "basic_auth", userName);
  return somebody(
    context,
    await principalOfAccount(context, verdict.account, { kind: "basic", id: null }),
    "basic_auth",
    at,
  );
}

async function bySession(
  context: ActionContext,
  token: string,
  at: { readonly dialect: Dialect; readonly client: ClientInfo },
): Promise<Authenticated> {
  const session = await context.accounts.session(hashToken(token), context.config.security.session_idle_seconds);
  const account = session?.current === true ? await context.accounts.byId(session.accountId) : undefined;
  if (!session || account?.active !== true) {
    return { ...nobody(refusal("credentials.session_ended"), "session", account?.userName ?? null), staleCookie: true };
  }
  if (context.accounts.isUseDue(`session ${String(session.id)}`))
    void touchSession(context.database, session.id).catch(() => undefined);
  return somebody(
    context,
    await principalOfAccount(context, account, { kind: "session", id: String(session.id) }),
    "session",
    at,
  );
}

async function byBearer(
  context: ActionContext,
  token: string,
  at: { readonly dialect: Dialect; readonly client: ClientInfo },
  keyOnly: boolean,
): Promise<Authenticated> {
  if (looksLikeApiKey(token) || keyOnly) return byApiKey(context, token, at);
  const refused = schemeProblem(context, "token");
  if (refused) return nobody(refused, "token");
  const verified = await context.tokens.verify(token);
  if ("problem" in verified) return nobody(tokenRefusal(context, verified.problem), "token");
  const { claims } = verified;
  const [account, revoked] = await Promise.all([
    context.accounts.byId(claims.accountId),
    context.accounts.tokenRevoked(claims.tokenId),
  ]);
  if (revoked || account?.active !== true || account.securityStamp !== claims.securityStamp) {
    return nobody(bearerRefusal("credentials.token_revoked"), "token", account?.userName ?? null);
  }
  return somebody(
    context,
    await principalOfAccount(context, account, { kind: "token", id: claims.tokenId }),
    "token",
    at,
  );
}

function tokenRefusal(
  context: ActionContext,
  problem: { readonly kind: string; readonly at?: unknown; readonly from?: unknown },
): Refusal {
  const now = context.clock.now();
  switch (problem.kind) {
    case "expired":
      return bearerRefusal("credentials.token_expired", { expired_at: problem.at ?? "an unknown time", now });
    case "not_yet_valid":
      return bearerRefusal("credentials.token_not_yet_valid", { valid_from: problem.from ?? "a later time", now });
    case "signature":
      return bearerRefusal("credentials.token_signature");
    default:
      return bearerRefusal("credentials.token_malformed");
  }
}

function bearerRefusal(code: RefusalCode, data: Readonly<Record<string, unknown>> = {}): Refusal {
  return refusal(code, data, { pointer: "header/Authorization" });
}

async function byApiKey(
  context: ActionContext,
  token: string,
  at: { readonly dialect: Dialect; readonly client: ClientInfo },
): Promise<Authenticated> {
  const refused = schemeProblem(context, "api_key");
  if (refused) return nobody(refused, "api_key");
  // A typing error never reaches the database.
  if (!hasRightChecksum(token)) return nobody(bearerRefusal("credentials.key_checksum"), "api_key");
  const key = await context.accounts.apiKey(hashToken(token));
  if (!key) return nobody(bearerRefusal("credentials.key_unknown", { display_id: displayIdOf(token) }), "api_key");
  const account = await context.accounts.byId(key.accountId);
  const claimed = account?.userName ?? null;
  if (key.revokedAt !== null)
    return nobody(
      bearerRefusal("credentials.key_revoked", { name: key.name, revoked_at: key.revokedAt }),
      "api_key",
      claimed,
    );
  if (key.expiresAt <= context.clock.now())
    return nobody(
      bearerRefusal("credentials.key_expired", { name: key.name, expired_at: key.expiresAt }),
      "api_key",
      claimed,
    );
  if (account?.active !== true) return nobody(bearerRefusal("credentials.account_off"), "api_key", claimed);
  if (context.accounts.isUseDue(`key ${String(key.id)}`))
    void touchApiKey(context.database, key.id).catch(() => undefined);
  return somebody(
    context,
    await principalOfAccount(context, account, { kind: "api-key", id: key.displayId }, key.scopes),
    "api_key",
    at,
  );
}
