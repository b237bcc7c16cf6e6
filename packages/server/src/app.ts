import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { invariant, refusal } from "@windlass/contract";
import type { ActionContext } from "@windlass/core/actions";
import Fastify, {
  type FastifyInstance,
  type FastifyServerOptions,
  type InjectOptions,
  type LightMyRequestResponse,
} from "fastify";
import { type Answering, answerFailure, answerOperation, answerUnknown, refuseCall } from "./answering.ts";
import { checkDescribedCall } from "./check-call.ts";
import { ALL_MANNERS, ALL_OPERATIONS } from "./dialects/all.ts";
import { answerExecution } from "./dialects/execution/answer-execution.ts";
import { EXECUTION_OPERATIONS } from "./dialects/execution/operations.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { LogReader, LogSink } from "./log-reader.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { indexOperations } from "./operations.ts";
import { standardHeaders } from "./security/headers.ts";
import type { Server } from "./server.ts";
import { serveUi, type Ui } from "./static.ts";

/** What the server is made of. */
export interface ServerOptions {
  readonly actions: ActionContext;
  readonly live: LiveFeed;
  readonly logs: LogReader;
  /** Takes the logs of workers; without one they keep them. */
  readonly logSink?: LogSink | undefined;
  /** Folder with the built web page; without one the root answers a hint. */
  readonly uiFolder?: string | undefined;
  /** Folder with a page for each refusal code (`docs/errors`); without one the catalogue's own words are shown. */
  readonly errorPagesFolder?: string | undefined;
  /** Windlass's own version. */
  readonly version: string;
  /** Hears of failures and of each request's end. @defaultValue nothing */
  readonly logger?: Logger;
}

/** A server that can be listened on, asked in process, and closed. */
export interface WindlassServer {
  /** Starts to listen. @returns the address callers can use, such as `http://127.0.0.1:8080` */
  listen(port: number, host: string): Promise<string>;
  /** Asks in process, without a socket. */
  inject(request: InjectOptions): Promise<LightMyRequestResponse>;
  /** Lets running requests end (streams are cut), then stops. Repeating it does nothing. */
  close(): Promise<void>;
}

// Slow clients (docs: hardening limits). A log that is followed sends bytes all the time, so the idle bound does not cut it.
const HEADERS_AND_BODY_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADER_BYTES = 16_384;

/** Makes the HTTP server with every dialect. Nothing listens and no timer runs before `listen`. */
export async function createServer(options: ServerOptions): Promise<WindlassServer> {
  const { config } = options.actions;
  const base = basePathOf(config.api.base_url);
  const settings: FastifyServerOptions & { http: { maxHeaderSize: number } } = {
    logger: false,
    bodyLimit: config.api.maximum_body_bytes,
    requestTimeout: HEADERS_AND_BODY_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    trustProxy: config.api.trusted_proxies.length > 0 ? [...config.api.trusted_proxies] : false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2000 },
    // No route has a schema: every request is checked by its dialect. Fastify's own compilers would be loaded for nothing.
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    ...(base.path === ""
      ? {}
      : { rewriteUrl: (request: IncomingMessage) => withoutBase(request.url ?? "/", base.path) }),
    // No hook runs before these, so the headers are set here.
    frameworkErrors: (error, request, reply) => {
      reply.headers(standardHeaders(base.secure)).header("x-request-id", request.id);
      void answerFailure(answering, error, request, reply);
    },
  };
  const app: FastifyInstance = Fastify(settings);
  const operations = indexOperations(ALL_OPERATIONS);
  const server: Server = {
    actions: options.actions,
    live: options.live,
    logs: options.logs,
    logSink: options.logSink,
    operations,
    version: options.version,
    basePath: base.path,
    secure: base.secure,
    logger: options.logger ?? silentLogger,
    errorPagesFolder: options.errorPagesFolder,
    checkCall: (described, principal, requestId) => checkDescribedCall(answering, described, principal, requestId),
  };
  const ui: Ui = await serveUi(app, options.uiFolder, base.path);
  const answering: Answering = {
    server,
    manners: ALL_MANNERS,
    ownOrigins: base.origins.concat(config.api.access_control_allow_origins),
    ui,
  };
  addHooks(app, answering);
  addRoutes(app, answering);
  addExecutionRoutes(app, answering);
  await app.ready();
  let closing: Promise<void> | undefined;
  return {
    listen: (port, host) => app.listen({ port, host }),
    inject: (request) => app.inject(request),
    close: () => (closing ??= app.close().then(() => undefined)),
  };
}

function noCompiler(): never {
  invariant(false, "no route has a schema");
}

function addHooks(app: FastifyInstance, answering: Answering): void {
  const headers = standardHeaders(answering.server.secure);
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(headers);
    reply.header("x-request-id", request.id);
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") {
      return refuseCall(answering, request, reply, [
        refusal("request.compressed", { given: encoding }, { pointer: "header/content-encoding" }),
      ]);
    }
    return undefined;
  });
  // Bytes as they came: each dialect words what is wrong with a body, and rights are looked at first.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  app.setErrorHandler((error: Error, request, reply) => answerFailure(answering, error, request, reply));
  app.setNotFoundHandler((request, reply) => answerUnknown(answering, request, reply));
}

function addRoutes(app: FastifyInstance, answering: Answering): void {
  for (const operation of ALL_OPERATIONS) {
    app.route({
      method: operation.method,
      url: routePattern(operation.path),
      exposeHeadRoute: operation.method === "GET" && operation.produces.length === 0,
      handler: (request, reply) => answerOperation(answering, operation, request, reply),
    });
  }
}

function addExecutionRoutes(app: FastifyInstance, answering: Answering): void {
  for (const operation of EXECUTION_OPERATIONS) {
    app.route({
      method: operation.method,
      url: routePattern(operation.path),
      exposeHeadRoute: false,
      handler: (request, reply) => answerExecution(answering, operation, request, reply),
    });
  }
}

function routePattern(path: string): string {
  return path.replace(/\{\w+:path\}/g, "*").replace(/\{(\w+)\}/g, ":$1");
}

interface Base {
  readonly path: string;
  readonly secure: boolean;
  readonly origins: readonly string[];
}

function basePathOf(baseUrl: string | null): Base {
  if (baseUrl === null || !URL.canParse(baseUrl)) return { path: "", secure: false, origins: [] };
  const url = new URL(baseUrl);
  return { path: url.pathname.replace(/\/+$/, ""), secure: url.protocol === "https:", origins: [url.origin] };
}

/** Callers may use the server with the base path or, behind a proxy that strips it, without. */
function withoutBase(url: string, base: string): string {
  if (url === base) return "/";
  return url.startsWith(`${base}/`) || url.startsWith(`${base}?`) ? url.slice(base.length) || "/" : url;
}
