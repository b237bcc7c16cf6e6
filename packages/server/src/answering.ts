import { Readable } from "node:stream";
import {
  actionEntry,
  type DecisionWarning,
  InvariantError,
  type Principal,
  type Refusal,
  refusal,
  RefusalError,
  type Verdict,
} from "@windlass/contract";
import { ANONYMOUS, challenges } from "@windlass/core/actions";
import { isUnavailable } from "@windlass/core/queries";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Answer } from "./answer.ts";
import { sessionCookieName, setCookie, TOKEN_COOKIE } from "./authentication/cookies.ts";
import { identify } from "./authentication/identify.ts";
import type { DialectManners } from "./dialect.ts";
import type { Incoming } from "./incoming.ts";
import type { Operation } from "./operation.ts";
import { recordRefusals } from "./record-refusals.ts";
import { refuseIfAny, runOperation, warningHeader } from "./run-operation.ts";
import { isForeignOrigin } from "./security/foreign-origin.ts";
import type { Server } from "./server.ts";
import type { Ui } from "./static.ts";
import { unknownRoute } from "./unknown-route.ts";

/** What answers requests: the server's parts, the manners of each dialect, the web page. */
export interface Answering {
  readonly server: Server;
  readonly manners: readonly DialectManners[];
  readonly ownOrigins: readonly string[];
  readonly ui: Ui;
}

/** The manners that answer a path; the native ones where no dialect claims it. */
export function mannersFor(answering: Answering, path: string): DialectManners {
  const claimed = answering.manners.find(({ prefixes }) =>
    prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
  );
  return claimed ?? (answering.manners.at(-1) as DialectManners);
}

/** Answers a request that met an operation. */
export async function answerOperation(
  answering: Answering,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const incoming = incomingOf(request, reply);
  const manners = mannersFor(answering, incoming.path);
  let about: About = { operation };
  try {
    const caller = await identifyCaller(answering, operation, incoming);
    about = { operation, principal: caller.principal, claimedName: caller.claimedName };
    if (caller.staleCookie) reply.header("set-cookie", staleCookies(answering.server));
    refuseIfAny(caller.verdicts, { operation, identified: caller }, null);
    const rawParams = pathParams(operation, request.params as Record<string, string>);
    if (rawParams === undefined)
      return await refuseCall(answering, request, reply, [unknownRoute(answering.server, incoming)], about);
    const answer = await runOperation({
      server: answering.server,
      manners,
      operation,
      rawParams,
      incoming,
      identified: {
        principal: caller.principal,
        verdicts: originVerdicts(answering, operation, incoming, caller.principal),
      },
      mode: "execute",
    });
    return await send(manners, { ...answer, warnings: [...caller.warnings, ...(answer.warnings ?? [])] }, reply);
  } catch (error) {
    return answerFailure(answering, error, request, reply, about);
  }
}

/** Who a request is made by, and what goes with it. */
interface Caller {
  readonly principal: Principal;
  readonly verdicts: readonly Verdict[];
  readonly warnings: readonly DecisionWarning[];
  readonly claimedName: string | null;
  readonly staleCookie: boolean;
}

const NOBODY: Caller = { principal: ANONYMOUS, verdicts: [], warnings: [], claimedName: null, staleCookie: false };

/** Nobody is asked for where an operation needs no account. */
async function identifyCaller(
  answering: Answering,
  operation: Operation | undefined,
  incoming: Incoming,
): Promise<Caller> {
  if (operation !== undefined && actionEntry(operation.action).access === "anonymous") return NOBODY;
  return identify(answering.server, incoming, operation?.dialect ?? mannersFor(answering, incoming.path).dialect);
}

function staleCookies(server: Server): string[] {
  return [setCookie(server, sessionCookieName(server), "", 0), setCookie(server, TOKEN_COOKIE, "", 0)];
}

/** A browser attaches cookies and Basic by itself, so a foreign page could use them for a change. */
function originVerdicts(
  answering: Answering,
  operation: Operation,
  incoming: Incoming,
  principal: Principal,
): readonly Verdict[] {
  const { kind } = principal.credential;
  const attachedByBrowser = kind === "session" || kind === "basic" || incoming.headers.authorization === undefined;
  if (!actionEntry(operation.action).mutates || !attachedByBrowser) return [];
  if (!isForeignOrigin(incoming.headers, answering.ownOrigins)) return [];
  const origin = incoming.headers.origin ?? `a site of kind ${incoming.headers["sec-fetch-site"] ?? "unknown"}`;
  return [
    {
      phase: "origin",
      refusal: refusal(
        "request.foreign_origin",
        { credential: kind === "none" ? "cookie" : kind, origin },
        { pointer: "header/origin", actual: origin },
      ),
    },
  ];
}

/** Names the wildcard; undefined where a parameter holds an encoded slash that is none for Airflow's router either. */
function pathParams(operation: Operation, params: Record<string, string>): Record<string, string> | undefined {
  const named: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    if (name === "*") named[/\{(\w+):path\}/.exec(operation.path)?.[1] ?? "*"] = value;
    // Neither is a name that is left out: `/dags/` is no Dag.
    else if (value === "" || value.includes("/")) return undefined;
    else named[name] = value;
  }
  return named;
}

/** Sends what an operation answered. */
export async function send(manners: DialectManners, answer: Answer, reply: FastifyReply): Promise<FastifyReply> {
  const warnings = answer.warnings ?? [];
  reply.code(answer.status);
  if (answer.headers) reply.headers(answer.headers);
  if (answer.cookies) reply.header("set-cookie", [...answer.cookies]);
  if (warnings.length > 0) reply.header("warning", warningHeader(warnings));
  if (answer.replayed === true) reply.header("idempotent-replayed", "true");
  if (answer.type !== null) reply.header("content-type", typeOf(answer));
  if (answer.stream) return reply.send(Readable.from(answer.stream, { objectMode: false }));
  if (answer.body === undefined) return reply.send();
  if (typeof answer.body === "string" || answer.body instanceof Uint8Array) return reply.send(answer.body);
  return reply.send(JSON.stringify(manners.withWarnings(answer.body, warnings, answer.replayed === true)));
}

function typeOf(answer: Answer): string {
  const type = answer.type ?? "application/json";
  return /^text\/|[+/]json$/.test(type) && !type.includes(";") ? `${type}; charset=utf-8` : type;
}

/** Answers a path or method that no operation has: the web page to a browser that navigates, else a refusal. */
export async function answerUnknown(
  answering: Answering,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const incoming = incomingOf(request, reply);
  const below = /^\/(?:api|auth|execution)(?:\/|$)/.test(incoming.path);
  if (!below && answering.ui.takes(incoming)) return answering.ui.page(request, reply);
  try {
    const caller = below ? await identifyCaller(answering, undefined, incoming) : NOBODY;
    const [first, ...rest] = caller.verdicts.map((each) => each.refusal);
    const refusals =
      first === undefined ? ([unknownRoute(answering.server, incoming)] as const) : ([first, ...rest] as const);
    return await refuseCall(answering, request, reply, refusals, caller);
  } catch (error) {
    return answerFailure(answering, error, request, reply);
  }
}

/** What is known of a request that is refused. */
export interface About {
  readonly principal?: Principal;
  readonly claimedName?: string | null;
  readonly operation?: Pick<Operation, "path"> & { readonly action?: Operation["action"] };
}

/** Turns whatever was thrown into an answer; what is no refusal is logged and told as a failure without its text. */
export async function answerFailure(
  answering: Answering,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  about: About = {},
): Promise<FastifyReply> {
  if (error instanceof RefusalError) return refuseCall(answering, request, reply, error.refusals, about);
  const code = (error as { readonly code?: unknown }).code;
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return refuseCall(
        answering,
        request,
        reply,
        [
          refusal(
            "request.body_too_large",
            { limit: answering.server.actions.config.api.maximum_body_bytes },
            { limit: answering.server.actions.config.api.maximum_body_bytes },
          ),
        ],
        about,
      );
    case "FST_ERR_BAD_URL":
    case "FST_ERR_MAX_PARAM_LENGTH":
      return refuseCall(answering, request, reply, [refusal("request.bad_url")], about);
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
    case "ERR_INVALID_CHAR":
      return refuseCall(
        answering,
        request,
        reply,
        [
          refusal("request.header_wrong", {
            name: "Content-Length or another",
            problem: "it does not fit the request",
            expected: "headers as RFC 9110 has them",
          }),
        ],
        about,
      );
    default:
  }
  if (isUnavailable(error))
    return refuseCall(answering, request, reply, [refusal("server.unavailable", {}, { retryAfterSeconds: 5 })], about);
  const failed = error instanceof Error ? error : new InvariantError(String(error));
  answering.server.logger.error("a request failed", {
    requestId: request.id,
    method: request.method,
    url: request.url,
    error: failed.stack ?? failed.message,
  });
  return refuseCall(answering, request, reply, [refusal("server.failed", { request_id: request.id })], about);
}

/** Answers with refusals, in the manner of the path's dialect, and keeps a row of it. */
export async function refuseCall(
  answering: Answering,
  request: FastifyRequest,
  reply: FastifyReply,
  refusals: readonly [Refusal, ...Refusal[]],
  about: About = {},
): Promise<FastifyReply> {
  const incoming = incomingOf(request, reply);
  const manners = mannersFor(answering, incoming.path);
  const rendered = manners.renderRefusals(refusals, request.id);
  const [first] = refusals;
  reply.code(rendered.status).header("content-type", rendered.type);
  if (rendered.status === 401) {
    reply.header("www-authenticate", [...challenges(answering.server.actions.config, isBrowser(incoming))]);
  }
  if (first.retryAfterSeconds !== undefined) reply.header("retry-after", String(first.retryAfterSeconds));
  if (first.code === "route.method")
    reply.header("allow", answering.server.operations.methodsOf(incoming.path).join(", "));
  recordRefusals(answering.server, {
    incoming,
    refusals,
    status: rendered.status,
    dialect: manners.dialect,
    principal: about.principal ?? ANONYMOUS,
    claimedName: about.claimedName ?? null,
    operation: about.operation,
  });
  return reply.send(JSON.stringify(rendered.body));
}

/**
 * `Sec-Fetch-Mode` does not tell: Node's own `fetch` sends it. A browser sends `Sec-Fetch-Site` as well, but over plain http to another machine
 * neither, and is then known by its name only.
 */
function isBrowser({ headers }: Incoming): boolean {
  return headers["sec-fetch-site"] !== undefined || headers["user-agent"]?.startsWith("Mozilla/") === true;
}

/** The request, independent of the HTTP framework. */
export function incomingOf(request: FastifyRequest, reply: FastifyReply): Incoming {
  const query = request.url.indexOf("?");
  const gone = new AbortController();
  reply.raw.once("close", () => {
    gone.abort();
  });
  return {
    method: request.method,
    path: query === -1 ? request.url : request.url.slice(0, query),
    search: query === -1 ? "" : request.url.slice(query),
    headers: request.headers as Record<string, string | undefined>,
    bytes: request.body instanceof Uint8Array ? request.body : undefined,
    address: request.ip,
    requestId: request.id,
    signal: gone.signal,
  };
}
