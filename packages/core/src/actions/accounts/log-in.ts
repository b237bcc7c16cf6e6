import { type Instant, type Principal, refusal, RefusalError } from "@windlass/contract";
import { countLogin } from "../../store/accounts.ts";
import { insertAudit } from "../../store/audit.ts";
import { deleteSession, insertSession } from "../../store/sessions.ts";
import { revokeToken } from "../../store/revoked-tokens.ts";
import type { ActionContext } from "../context.ts";
import type { ActionRequest } from "../request.ts";
import { hashToken } from "./api-key-token.ts";
import { principalOfAccount } from "./principal-of.ts";
import { readAuthorization } from "./read-authorization.ts";
import { verifyLogin } from "./verify-login.ts";

const TOKEN_BYTES = 32;

/** A session just made; the token goes into the cookie and is kept nowhere. */
export interface NewSession {
  readonly token: string;
  readonly principal: Principal;
  readonly maxAgeSeconds: number;
}

/** A bearer token just made. */
export interface NewToken {
  readonly token: string;
  readonly principal: Principal;
  readonly expiresAt: Instant;
  readonly lifeSeconds: number;
}

type LoginRequest = Pick<ActionRequest, "client" | "door" | "requestId">;

/** Logs in with user name and password and makes a session. @throws RefusalError */
export async function logIn(
  context: ActionContext,
  request: LoginRequest,
  input: { readonly userName: string; readonly password: string },
): Promise<NewSession> {
  const account = await accountOf(context, request, input);
  const token = Buffer.from(context.random.bytes(TOKEN_BYTES)).toString("base64url");
  const maxAgeSeconds = context.config.security.session_lifetime_seconds;
  const id = await insertSession(context.database, {
    tokenHash: hashToken(token),
    accountId: account.id,
    securityStamp: account.securityStamp,
    lifetimeSeconds: maxAgeSeconds,
    userAgent: request.client.userAgent?.slice(0, 300) ?? null,
    address: request.client.address,
  });
  const principal = await principalOfAccount(context, account, { kind: "session", id: String(id) });
  await auditLogin(context, request, principal, "session.create");
  return { token, principal, maxAgeSeconds };
}

/** Logs in with user name and password and makes a bearer token. @throws RefusalError */
export async function createToken(
  context: ActionContext,
  request: LoginRequest,
  input: { readonly userName: string; readonly password: string; readonly lifeSeconds?: number },
): Promise<NewToken> {
  if (context.config.api.api_keys_only)
    throw new RefusalError(refusal("policy.api_keys_only", { scheme: "bearer tokens" }));
  const account = await accountOf(context, request, input);
  const lifeSeconds = input.lifeSeconds ?? context.config.api_auth.jwt_expiration_time;
  const { token, claims } = await context.tokens.sign(account, lifeSeconds);
  const principal = await principalOfAccount(context, account, { kind: "token", id: claims.tokenId });
  await auditLogin(context, request, principal, "token.create");
  return { token, principal, expiresAt: claims.expiresAt, lifeSeconds };
}

async function accountOf(
  context: ActionContext,
  request: LoginRequest,
  input: { readonly userName: string; readonly password: string },
) {
  const verdict = await verifyLogin(context, input.userName, input.password, request.client.address);
  if ("refusal" in verdict) throw new RefusalError(verdict.refusal);
  await countLogin(context.database, verdict.account.id, true);
  return verdict.account;
}

async function auditLogin(
  context: ActionContext,
  request: LoginRequest,
  principal: Principal,
  action: string,
): Promise<void> {
  await insertAudit(context.database, [
    {
      action,
      accountId: principal.id,
      accountName: principal.name,
      credentialKind: principal.credential.kind,
      credentialId: principal.credential.id,
      door: request.door,
      dagId: null,
      runId: null,
      taskId: null,
      mapIndex: null,
      object: null,
      extra: null,
      requestId: request.requestId,
    },
  ]);
}

/** Ends the session and revokes every bearer token that came with the request. Repeating it does nothing. */
export async function logOut(
  context: ActionContext,
  credentials: {
    readonly principal: Principal;
    readonly authorization?: string | undefined;
    readonly tokenCookie?: string | undefined;
  },
): Promise<void> {
  const { principal } = credentials;
  if (principal.credential.kind === "session" && principal.credential.id !== null)
    await deleteSession(context.database, Number(principal.credential.id));
  const header = readAuthorization(credentials.authorization);
  for (const token of [header.kind === "bearer" ? header.token : undefined, credentials.tokenCookie]) {
    if (token === undefined) continue;
    const verified = await context.tokens.verify(token);
    if ("claims" in verified) await revokeToken(context.database, verified.claims.tokenId, verified.claims.expiresAt);
  }
  context.accounts.forget();
}
