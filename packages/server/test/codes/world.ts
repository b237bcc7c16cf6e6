import { type Clock, type ConfigOverrides, configValues, fromMillis } from "@windlass/contract";
import { type ActionContext, closeActionContext, createActionContext } from "@windlass/core/actions";
import { openDatabase } from "@windlass/core/database";
import { storeDags, storeTestAccounts, type TestDatabase, testDatabase } from "@windlass/core/test-support";
import { createServer, type LogReader, silentLogger, type WindlassServer } from "@windlass/server";
import { basic, PASSWORD } from "../../test-support/test-app.ts";
import type { Ask } from "./provocation.ts";
import { DAGS, storeRuns } from "./stage.ts";

/** Configurations and conditions under which codes are drawn out. */
export type WorldName = "usual" | "no-basic" | "keys-only" | "strict" | "nothing-parsed" | "damaged" | "unreachable";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A server in process with what the provocations need. */
export interface World extends AsyncDisposable {
  readonly test: TestDatabase;
  readonly actions: ActionContext;
  readonly clock: MovableClock;
  ask(ask: Ask): Promise<Answer>;
  /** The code under which a request's row is kept. */
  recorded(requestId: string): Promise<string | undefined>;
}

/** The machine's clock with an offset. */
export class MovableClock implements Clock {
  aheadMs = 0;
  now(): ReturnType<Clock["now"]> {
    return fromMillis(Date.now() + this.aheadMs);
  }
}

const CONFIG: Readonly<Record<WorldName, ConfigOverrides>> = {
  usual: { api: { maximum_conf_bytes: 1024, maximum_body_bytes: 65_536 } },
  "no-basic": { api: { auth_backends: ["session", "token", "api_key"] } },
  "keys-only": { api: { api_keys_only: true } },
  strict: { api: { airflow_strict: true } },
  "nothing-parsed": {},
  damaged: {},
  unreachable: {},
};

const NO_LOGS: LogReader = {
  read: () => Promise.resolve({ bytes: new Uint8Array(), nextOffset: 0, totalBytes: 0 }),
  grown: () => Promise.resolve(),
};

/** Accounts that somebody asks as. */
const ACCOUNTS = ["admin", "viewer"].map((userName) => ({
  userName,
  password: PASSWORD,
  roles: [userName === "admin" ? "Admin" : "Viewer"],
}));

/** Makes a world. */
export async function makeWorld(name: WorldName): Promise<World> {
  const test = await testDatabase();
  const clock = new MovableClock();
  const nowhere = { url: "postgres://nobody@127.0.0.1:1/nothing", connectPatienceMs: 0 };
  const actions = createActionContext({
    database: name === "unreachable" ? openDatabase(nowhere) : test.database,
    clock,
    installationSecret: "a secret for tests",
    config: configValues({ ...CONFIG[name], security: { password_memory_kib: 8192 } }),
    environment: { AIRFLOW_CONN_FROM_ENV: "http://somewhere.example", AIRFLOW_VAR_FROM_ENV: "a value" },
  });
  await storeTestAccounts(test.database, actions.config, ACCOUNTS);
  if (name !== "nothing-parsed") await storeDags(test.database, DAGS);
  if (name === "usual") await storeRuns(test.database);
  if (name === "damaged") await test.database.execute("drop table import_error cascade");
  const server: WindlassServer = await createServer({
    actions,
    version: "0.0.0-test",
    logs: NO_LOGS,
    live: { latest: () => 0, since: () => [], subscribe: () => () => undefined },
    logger: silentLogger,
  });
  return {
    test,
    actions,
    clock,
    async ask({ path, method = "GET", body, raw, headers = {}, as = "admin" }) {
      const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const answer = await server.inject({
        method,
        url: path,
        headers: {
          ...(payload === undefined ? {} : { "content-type": "application/json" }),
          ...(as === null ? {} : basic(as)),
          ...headers,
        },
        ...(payload === undefined ? {} : { payload }),
      });
      return { status: answer.statusCode, headers: answer.headers, text: answer.body };
    },
    async recorded(requestId) {
      await actions.refusals.flush();
      const [row] = await test.database.query<{ code: string }>(
        "select code from refused_request where request_id = $1",
        [requestId],
      );
      return row?.code;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      if (name === "unreachable") await actions.database.close();
      else await closeActionContext(actions);
      await test.drop();
    },
  };
}
