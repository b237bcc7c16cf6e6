import {
  type ConfigOverrides,
  configValues,
  type Dialect,
  fromMillis,
  type Instant,
  instant,
  type Principal,
  type SerializedDag,
} from "@windlass/contract";
import { testDag, testDatabase, testParseResult, testTask, type TestDatabase } from "@windlass/core/test-support";
import { syncDagFile } from "../../store/dags.ts";
import { type Credentials, authenticate } from "../accounts/authenticate.ts";
import { ensureRole, ensureUser, prepareInstallation } from "../accounts/prepare-installation.ts";
import { principalOf } from "../accounts/principal-of.ts";
import type { ActionContext, EngineSignals } from "../context.ts";
import { closeActionContext, createActionContext } from "../create-context.ts";
import type { ActionRequest } from "../request.ts";

/** A clock that a test moves. */
class HandClock {
  #now: Instant;
  constructor(start: Instant) {
    this.#now = start;
  }
  now(): Instant {
    return this.#now;
  }
  advance(seconds: number): void {
    this.#now = fromMillis(Date.parse(this.#now) + seconds * 1000);
  }
}

/** A real database with accounts and Dags, and a context on it. */
export interface ActionBench extends AsyncDisposable {
  readonly test: TestDatabase;
  readonly context: ActionContext;
  readonly clock: HandClock;
  /** Signals heard, as `name:argument`. */
  readonly heard: string[];
  /** Milliseconds added to the monotonic clock, so that caches grow old without waiting. */
  age(ms: number): void;
  as(userName: string): Promise<Principal>;
  request(userName: string, more?: Partial<ActionRequest>): Promise<ActionRequest>;
  store(dag: SerializedDag): Promise<void>;
  /** Another process on the same database. */
  another(config?: ConfigOverrides): ActionContext;
  authenticate(credentials: Credentials, dialect?: Dialect, address?: string): ReturnType<typeof authenticate>;
  drop(): Promise<void>;
}

/** The moment at which tests begin. */
export const START = instant("2026-06-01T12:00:00Z");
const QUICK = { password_memory_kib: 8192, password_minimum_length: 1, password_refuse_common: false } as const;

/** The accounts of the recorded exchanges: password = name. */
const CUSTOM_ROLES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  only_simple: [
    ["can_read", "DAGs"],
    ["can_read", "DAG:simple"],
    ["can_edit", "DAG:simple"],
    ["can_create", "DAG Runs"],
    ["can_read", "DAG Runs"],
    ["can_read", "Task Instances"],
  ],
  read_simple: [
    ["can_read", "DAG:simple"],
    ["can_read", "DAG Runs"],
    ["can_read", "Task Instances"],
  ],
  trigger_all: [
    ["can_read", "DAGs"],
    ["can_edit", "DAGs"],
    ["can_create", "DAG Runs"],
    ["can_read", "DAG Runs"],
    ["can_read", "Task Instances"],
  ],
  create_only: [
    ["can_read", "DAGs"],
    ["can_create", "DAG Runs"],
    ["can_read", "DAG Runs"],
    ["can_read", "Task Instances"],
  ],
};

let requests = 0;

/** Makes a bench. */
export async function actionBench(
  config: ConfigOverrides = {},
  environment: Record<string, string> = {},
): Promise<ActionBench> {
  const test = await testDatabase();
  const clock = new HandClock(START);
  const heard: string[] = [];
  let aged = 0;
  const signals: EngineSignals = {
    runsCreated: (ids) => heard.push(`runsCreated:${String(ids.length)}`),
    runChanged: () => heard.push("runChanged"),
    dagChanged: (dagId) => heard.push(`dagChanged:${dagId}`),
    parseAgain: (file) => heard.push(`parseAgain:${file}`),
    assetEventsQueued: (dagIds) => heard.push(`assetEventsQueued:${dagIds.join(",")}`),
    poolChanged: (name) => heard.push(`poolChanged:${name}`),
    cancelAttempts: (ids) => heard.push(`cancelAttempts:${String(ids.length)}`),
    refused: (requestId) => heard.push(`refused:${requestId}`),
  };
  const contextWith = (database: TestDatabase["database"], overrides: ConfigOverrides): ActionContext =>
    createActionContext({
      database,
      clock,
      installationSecret: "test",
      config: configValues({ ...overrides, security: { ...QUICK, ...overrides.security } }),
      signals,
      environment,
      monotonic: () => performance.now() + aged,
    });
  const context = contextWith(test.database, config);
  await prepareInstallation(test.database);
  await Promise.all(
    Object.entries(CUSTOM_ROLES).map(([name, permissions]) => ensureRole(test.database, name, permissions)),
  );
  const roles = {
    admin: "Admin",
    op: "Op",
    user: "User",
    viewer: "Viewer",
    public: "Public",
    ...Object.fromEntries(Object.keys(CUSTOM_ROLES).map((name) => [name, name])),
  };
  await Promise.all(
    Object.entries(roles).map(([userName, role]) =>
      ensureUser(test.database, context.config, { userName, password: userName, roles: [role] }),
    ),
  );
  const bench: ActionBench = {
    test,
    context,
    clock,
    heard,
    age: (ms) => {
      aged += ms;
    },
    as: async (userName) => {
      const principal = await principalOf(context, userName);
      if (!principal) throw new TypeError(`no user ${userName}`);
      return principal;
    },
    request: async (userName, more = {}) => {
      requests += 1;
      return {
        principal: await bench.as(userName),
        door: "v2",
        dialect: "v2",
        requestId: `r${String(requests)}`,
        client: { address: "127.0.0.1", userAgent: "vitest" },
        method: "POST",
        path: "/api/v2/dags/simple/dagRuns",
        route: "/api/v2/dags/{dag_id}/dagRuns",
        body: {},
        ...more,
      };
    },
    store: async (dag) => {
      await test.database.transaction((tx) =>
        syncDagFile(tx, testParseResult(dag.relativeFileloc, [dag]), { now: START, pausedAtCreation: false }),
      );
      context.dags.forget();
      context.accounts.forget();
    },
    another: (overrides = config) => contextWith(test.open("another"), overrides),
    authenticate: (credentials, dialect = "v2", address = "127.0.0.1") =>
      authenticate(context, credentials, { door: dialect, dialect, client: { address, userAgent: "vitest" } }),
    drop: async () => {
      await closeActionContext(context);
      await test.drop();
    },
    [Symbol.asyncDispose]: () => bench.drop(),
  };
  await bench.store(testDag("simple", [testTask("hello")]));
  return bench;
}

/** The header of Basic credentials. */
export function basic(userName: string, password: string): Credentials {
  return { authorization: `Basic ${Buffer.from(`${userName}:${password}`).toString("base64")}` };
}
