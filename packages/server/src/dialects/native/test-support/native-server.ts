import {
  BUILT_IN_ROLES,
  configValues,
  type ConfigOverrides,
  fromMillis,
  type Permission,
  type SerializedDag,
} from "@windlass/contract";
import {
  type ActionContext,
  closeActionContext,
  createActionContext,
  ensureRole,
  ensureUser,
} from "@windlass/core/actions";
import { storeDags, type TestDatabase, testDatabase } from "@windlass/core/test-support";
import type { LightMyRequestResponse } from "fastify";
import { createServer, type ServerOptions, type WindlassServer } from "../../../app.ts";
import type { LiveEvent, LiveFeed } from "../../../live-feed.ts";
import { type Logger, silentLogger } from "../../../logger.ts";
import { memoryLogs, type MemoryLogs } from "./memory-logs.ts";

/** The password of every account of these tests. */
export const PASSWORD = "a long sentence of words";

/** A change as a test tells it. */
export type ToldEvent = Partial<LiveEvent> & Pick<LiveEvent, "id" | "kind">;

/** A server on a database of its own, asked in process. */
export interface NativeServer extends AsyncDisposable {
  readonly server: WindlassServer;
  readonly test: TestDatabase;
  readonly context: ActionContext;
  readonly logs: MemoryLogs;
  /** Tells every open stream of a change. */
  tell(event: ToldEvent): void;
  /** Makes an account with roles; a list of permissions makes a role of its own for it. */
  account(userName: string, roles: readonly string[] | { readonly permissions: readonly string[] }): Promise<void>;
  store(dags: readonly SerializedDag[]): Promise<void>;
  /** Asks as a user (Basic); null: as nobody. `path` from the native prefix on, or from `/api`. */
  ask(
    userName: string | null,
    method: Asked,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>;
}

type Asked = "GET" | "POST" | "PATCH" | "DELETE";

/** The header with which a user of these tests asks. */
export function basic(userName: string, password: string = PASSWORD): string {
  return `Basic ${Buffer.from(`${userName}:${password}`).toString("base64")}`;
}

/** Starts one with the account `admin`. */
export async function nativeServer(
  overrides: ConfigOverrides = {},
  options: Pick<ServerOptions, "errorPagesFolder"> = {},
): Promise<NativeServer> {
  const test = await testDatabase();
  const config = configValues({ ...overrides, security: { password_memory_kib: 8192, ...overrides.security } });
  const context = createActionContext({
    database: test.database,
    clock: { now: () => fromMillis(Date.now()) },
    installationSecret: "a secret of tests",
    config,
  });
  for (const [name, permissions] of Object.entries(BUILT_IN_ROLES)) await ensureRole(test.database, name, permissions);
  await ensureUser(test.database, config, { userName: "admin", password: PASSWORD, roles: ["Admin"] });
  const logs = memoryLogs();
  const listeners = new Set<(event: LiveEvent) => void>();
  const live: LiveFeed = {
    latest: () => 0,
    since: () => undefined,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const logger: Logger = {
    ...silentLogger,
    error: (message, facts) => {
      console.error(message, facts);
    },
  };
  const server = await createServer({ actions: context, live, logs, logger, version: "0.0.0-test", ...options });
  const path = (given: string): string => (/^\/(?:api|auth)\//.test(given) ? given : `/api/windlass/v1${given}`);
  return {
    server,
    test,
    context,
    logs,
    tell(event) {
      const whole: LiveEvent = {
        dagId: null,
        runId: null,
        taskId: null,
        mapIndex: null,
        state: null,
        accountId: null,
        at: "2026-01-01T00:00:00.000000Z",
        ...event,
      };
      for (const listener of listeners) listener(whole);
    },
    async account(userName, roles) {
      if ("permissions" in roles) {
        await ensureRole(
          test.database,
          `of ${userName}`,
          roles.permissions.map((each) => each.split(" on ") as unknown as Permission),
        );
      }
      await ensureUser(test.database, config, {
        userName,
        password: PASSWORD,
        roles: "permissions" in roles ? [`of ${userName}`] : roles,
      });
    },
    store: (dags) => storeDags(test.database, dags),
    ask: (userName, method, given, body, headers = {}) =>
      server.inject({
        method,
        url: path(given),
        headers: { ...(userName === null ? {} : { authorization: basic(userName) }), ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await closeActionContext(context);
      await test.drop();
    },
  };
}
