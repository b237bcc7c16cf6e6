import {
  type ConfigOverrides,
  configValues,
  fromMillis,
  type Permission,
  type SerializedDag,
} from "@windlass/contract";
import { type ActionContext, closeActionContext, createActionContext } from "@windlass/core/actions";
import {
  storeTestAccounts,
  storeDags,
  testDag,
  type TestDatabase,
  testDatabase,
  testTask,
} from "@windlass/core/test-support";
import { createServer, type LiveEvent, type LogReader, silentLogger, type WindlassServer } from "@windlass/server";

/** A server in process with a database of its own, one admin, and a few Dags; nothing schedules. */
export interface TestApp extends AsyncDisposable {
  readonly server: WindlassServer;
  readonly database: TestDatabase;
  readonly actions: ActionContext;
  /** Logs by attempt id, as stored. */
  readonly logs: Map<string, string>;
  /** Announces a change, as the engine would. */
  announce(event: LiveEvent): void;
  /** Headers of the admin's Basic credentials. */
  readonly admin: Readonly<Record<string, string>>;
  /** Asks with a JSON body. */
  ask(method: string, url: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>;
}

/** An answer, read. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // The body as it came: the assertion is the check of its type.
  readonly body: any;
}

/** The password of every account of the test app. */
export const PASSWORD = "correct horse battery staple";

/** Basic credentials. */
export function basic(userName: string, password = PASSWORD): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${userName}:${password}`).toString("base64")}` };
}

/** The Dags of the test app. */
const TEST_DAGS: readonly SerializedDag[] = [
  testDag("simple", [testTask("hello")], { tags: ["basic"] }),
  testDag("paused", [testTask("hello")], { isPausedUponCreation: true }),
  testDag("required_param", [testTask("greet")], {
    params: {
      name: {
        schema: { type: "string", title: "Name", minLength: 1 },
        hasDefault: false,
        default: null,
        description: null,
      },
    },
  }),
];

const ONLY_SIMPLE: readonly Permission[] = [
  ["can_read", "DAG:simple"],
  ["can_edit", "DAG:simple"],
  ["can_create", "DAG Runs"],
  ["can_read", "DAG Runs"],
  ["can_read", "Task Instances"],
];

const ACCOUNTS = [
  { userName: "admin", password: PASSWORD, roles: ["Admin"] },
  { userName: "user", password: PASSWORD, roles: ["User"] },
  { userName: "viewer", password: PASSWORD, roles: ["Viewer"] },
  { userName: "only_simple", password: PASSWORD, roles: ["only simple"] },
];

/** Makes a test app. @param overrides of the configuration */
export async function testApp(overrides: ConfigOverrides = {}, uiFolder?: string): Promise<TestApp> {
  const database = await testDatabase();
  const actions = createActionContext({
    database: database.database,
    clock: { now: () => fromMillis(Date.now()) },
    installationSecret: "a secret for tests",
    // Cheap hashes: what they cost is not the subject.
    config: configValues({ ...overrides, security: { password_memory_kib: 8192, ...overrides.security } }),
  });
  await storeTestAccounts(database.database, actions.config, ACCOUNTS, { "only simple": ONLY_SIMPLE });
  await storeDags(database.database, TEST_DAGS);
  const logs = new Map<string, string>();
  const listeners = new Set<(event: LiveEvent) => void>();
  const seen: LiveEvent[] = [];
  const server = await createServer({
    actions,
    version: "0.0.0-test",
    logs: logReaderOf(logs),
    live: {
      latest: () => seen.at(-1)?.id ?? 0,
      since: (cursor) => seen.filter(({ id }) => id > cursor),
      subscribe(onEvent) {
        listeners.add(onEvent);
        return () => void listeners.delete(onEvent);
      },
    },
    uiFolder,
    // A failure of the server is a failure of the test; its cause belongs in the test's output.
    logger: {
      ...silentLogger,
      error: (event, fields) =>
        void process.stderr.write(`${event}: ${JSON.stringify(fields)}\n`.replaceAll("\\n", "\n")),
    },
  });
  const close = async (): Promise<void> => {
    await server.close();
    await closeActionContext(actions);
    await database.drop();
  };
  return {
    server,
    database,
    actions,
    logs,
    announce(event) {
      seen.push(event);
      for (const listener of listeners) listener(event);
    },
    admin: basic("admin"),
    async ask(method, url, body, headers = basic("admin")) {
      const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const answer = await server.inject({
        method: method,
        url,
        headers: { ...type, ...headers },
        ...payload,
      });
      return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: parsed(answer.body) };
    },
    [Symbol.asyncDispose]: close,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function logReaderOf(logs: ReadonlyMap<string, string>): LogReader {
  return {
    async read(attemptId, offset, limit) {
      const text = logs.get(attemptId);
      if (text === undefined) return undefined;
      const all = Buffer.from(text);
      const from = offset < 0 ? Math.max(all.length + offset, 0) : Math.min(offset, all.length);
      const bytes = all.subarray(from, from + limit);
      return { bytes, nextOffset: from + bytes.length, totalBytes: all.length };
    },
    grown: () => Promise.resolve(),
  };
}
