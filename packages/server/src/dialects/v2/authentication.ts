import { type JsonValue, refusal, RefusalError } from "@windlass/contract";
import { createToken, logOut } from "@windlass/core/actions";
import type { Answer } from "../../answer.ts";
import { ok } from "../../answer.ts";
import { sessionCookieName, setCookie, TOKEN_COOKIE } from "../../authentication/cookies.ts";
import { credentialsOf, identify } from "../../authentication/identify.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import { anything, optional, text, tolerantRecord } from "../../request/field.ts";
import type { Server } from "../../server.ts";

// Airflow ignores further fields and takes any type; what is no text is simply no account's.
const credentials = tolerantRecord({ username: optional(anything()), password: optional(anything()) });

type Login = Call<
  unknown,
  unknown,
  { readonly username?: JsonValue | undefined; readonly password?: JsonValue | undefined }
>;

async function newToken(call: Login, lifeSeconds: number): Promise<Answer> {
  const [username, password] = [asText(call.body.username), asText(call.body.password)];
  if (username === "" || password === "") {
    const name = username === "" ? "username" : "password";
    throw new RefusalError(
      refusal(
        "credentials.incomplete",
        { name },
        { pointer: `/${name}`, airflow: { v2: "Username and password must be provided" } },
      ),
    );
  }
  const made = await createToken(call.server.actions, call.request, { userName: username, password, lifeSeconds });
  return ok({ access_token: made.token }, { status: 201 });
}

function asText(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  return value == null ? "" : JSON.stringify(value);
}

/** Airflow 3's doors for getting and ending a bearer token. */
export const authenticationOperations = [
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/auth/token",
    operationId: "create_token",
    summary: "A bearer token for a user name and a password",
    action: "token.create",
    body: credentials,
    answers: [201],
    handle: (call) => newToken(call, call.server.actions.config.api_auth.jwt_expiration_time),
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/auth/token/cli",
    operationId: "create_token_cli",
    summary: "A bearer token for the command line, which lives shorter",
    action: "token.create",
    body: credentials,
    answers: [201],
    handle: (call) => newToken(call, call.server.actions.config.api_auth.jwt_cli_expiration_time),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/auth/login",
    operationId: "login",
    summary: "Leads to the log-in page",
    action: "system.docs",
    query: { next: optional(text()) },
    answers: [307],
    async handle({ server, query }) {
      const { next } = query;
      const suffix = next === undefined ? "" : `?next=${encodeURIComponent(safeNext(next))}`;
      return { status: 307, type: null, headers: { location: `${server.basePath}/auth/login/${suffix}` } };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/auth/login",
    operationId: "login_page_address",
    summary: "Leads to the log-in page",
    action: "system.docs",
    answers: [308],
    async handle({ server, headers }) {
      const origin = headers.host === undefined ? "" : `${server.secure ? "https" : "http"}://${headers.host}`;
      return { status: 308, type: "text/html", headers: { location: `${origin}${server.basePath}/auth/login/` } };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/auth/login/",
    operationId: "login_page",
    summary: "Leads to the log-in page of the web page",
    action: "system.docs",
    query: { next: optional(text()) },
    answers: [302],
    async handle({ server, query }) {
      const suffix = query.next === undefined ? "" : `?next=${encodeURIComponent(safeNext(query.next))}`;
      return { status: 302, type: null, headers: { location: `${server.basePath}/login${suffix}` } };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/auth/logout",
    operationId: "logout",
    summary: "Ends the session and revokes every token that came with the request",
    action: "session.delete",
    answers: [307],
    handle: (call) => endSession(call, 307),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/auth/logout",
    operationId: "logout_page",
    summary: "Ends the session and leads to the log-in page",
    action: "session.delete",
    answers: [302],
    handle: (call) => endSession(call, 302),
  }),
];

async function endSession(call: Call<unknown, unknown, unknown>, status: number): Promise<Answer> {
  const { server, headers, request } = call;
  const { authorization, tokenCookie } = credentialsOf(server, headers);
  const incoming = {
    headers,
    address: request.client.address,
    method: "GET",
    path: "",
    search: "",
    bytes: undefined,
    requestId: request.requestId,
    signal: call.signal,
  };
  const { principal } = await identify(server, incoming, "v2");
  await logOut(server.actions, { principal, authorization, tokenCookie });
  const location = status === 307 ? `${server.basePath}/auth/logout` : `${server.basePath}/login`;
  return { status, type: null, headers: { location }, cookies: endedCookies(server) };
}

/** Headers that take every cookie of a log-in back. */
function endedCookies(server: Server): readonly string[] {
  return [setCookie(server, sessionCookieName(server), "", 0), setCookie(server, TOKEN_COOKIE, "", 0)];
}

/** Only a path of this very server, so that a log-in never leads elsewhere. @throws RefusalError */
function safeNext(next: string): string {
  const here = "http://windlass.invalid";
  const url = URL.canParse(next, here) ? new URL(next, here) : undefined;
  if (url?.origin !== here)
    throw new RefusalError(
      refusal(
        "request.unsafe_next",
        {},
        { pointer: "query/next", actual: next, airflow: { v2: "Invalid or unsafe next URL" } },
      ),
    );
  return url.pathname + url.search;
}
