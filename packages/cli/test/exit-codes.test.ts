import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configValues, fromMillis } from "@windlass/contract";
import { type ActionContext, closeActionContext, createActionContext, issueMachineKey } from "@windlass/core/actions";
import {
  storeDags,
  storeTestAccounts,
  testDag,
  type TestDatabase,
  testDatabase,
  testTask,
} from "@windlass/core/test-support";
import { createServer, type WindlassServer } from "@windlass/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../src/io.ts";

/* Every command line is a real process, against an API server that listens; nothing schedules. */

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const NOBODY_LISTENS = "http://127.0.0.1:1";
const PASSWORD = "a long sentence of words";

let folder: string;
let test: TestDatabase;
let actions: ActionContext;
let server: WindlassServer;
let url: string;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windlass-exit-"));
  test = await testDatabase();
  actions = createActionContext({
    database: test.database,
    clock: { now: () => fromMillis(Date.now()) },
    installationSecret: "a secret for tests",
    config: configValues({ security: { password_memory_kib: 8192 } }),
  });
  await storeTestAccounts(test.database, actions.config, [{ userName: "admin", password: PASSWORD, roles: ["Admin"] }]);
  await storeDags(test.database, [testDag("simple", [testTask("hello")])]);
  key = (await issueMachineKey(actions, "admin")) ?? "";
  server = await createServer({
    actions,
    version: "0.0.0-test",
    logs: { read: () => Promise.resolve(undefined), grown: () => Promise.resolve() },
    live: { latest: () => 0, since: () => [], subscribe: () => () => undefined },
  });
  url = await server.listen(0, "127.0.0.1");
});

afterAll(async () => {
  await server.close();
  await closeActionContext(actions);
  await test.drop();
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line as a process in the test's folder. */
async function windlass(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: folder, WINDLASS_URL: url, WINDLASS_API_KEY: key, ...env },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, out, err };
}

describe("the exit code of a command", () => {
  it.each([[["version"]], [["dags", "list"]], [["trigger", "simple"]], [["check", "GET", "/api/v2/dags"]]])(
    "is 0 for %j, which was done",
    async (words) => {
      const { code, out, err } = await windlass(words);
      expect(code, err).toBe(EXIT.ok);
      expect(out).not.toBe("");
    },
  );

  it.each([
    [["dgas"]],
    [["dags", "list", "--nonsense"]],
    [["trigger", "simple", "--conf", "[1]"]],
    [["check", "GET", "/api/v2/dags", "--body", "{"]],
  ])("is 2 for %j, which is wrong by itself, and stdout stays empty", async (words) => {
    const { code, out, err } = await windlass(words);
    expect(code, err).toBe(EXIT.usage);
    expect([out, err === ""]).toEqual(["", false]);
  });

  it.each(["api-server", "scheduler"])("is 6 for %s without a database that others reach", async (command) => {
    const { code, out, err } = await windlass([command]);
    expect(code, err).toBe(EXIT.installation);
    expect([out, err]).toEqual(["", expect.stringContaining("up.database_not_shared")]);
  });

  it.each([
    [["trigger", "nowhere"], "dag.unknown"],
    [["dags", "list", "--key", "nonsense"], "credentials.token_malformed"],
    [["pools", "delete", "default_pool"], "pool.default"],
  ])("is 3 for %j, which the server refuses, and stderr has the code and the fix", async (words, refused) => {
    const { code, out, err } = await windlass(words);
    expect(code, err).toBe(EXIT.refused);
    expect(out).toBe("");
    expect(err).toContain(`[${refused}]`);
    expect(err).toContain("fix:");
  });

  it("is 3 where a check says no, although the check itself was answered", async () => {
    const { code, out } = await windlass(["check", "DELETE", "/api/v2/pools/default_pool"]);
    expect(code).toBe(EXIT.refused);
    expect(out).toContain("pool.default");
  });

  it.each([[["dags", "list"]], [["trigger", "simple"]]])("is 4 for %j where no server answers", async (words) => {
    const { code, err } = await windlass(words, { WINDLASS_URL: NOBODY_LISTENS });
    expect(code, err).toBe(EXIT.unreachable);
    expect(err).toContain("windlass up");
  });

  it("is 6 where the Dags folder is not there", async () => {
    const { code, err } = await windlass(["up", "--dags", "nowhere", "--data", "data"]);
    expect([code, err.includes("[up.dags_folder_missing]")], err).toEqual([EXIT.installation, true]);
  });

  it("is 6 where the configuration cannot be read or names what does not exist", async () => {
    const file = join(folder, "wrong.toml");
    await writeFile(file, "[api\n");
    const unreadable = await windlass(["config", "list"], { WINDLASS_CONFIG: file });
    expect([unreadable.code, unreadable.err.includes("[config.file_unreadable]")]).toEqual([EXIT.installation, true]);
    await writeFile(file, "[api]\nprot = 80\n");
    const unknown = await windlass(["config", "list"], { WINDLASS_CONFIG: file });
    expect([unknown.code, unknown.err.includes("[config.unknown_option]")]).toEqual([EXIT.installation, true]);
  });

  it("is 6 where the database does not take the connection, and the password is not shown", async () => {
    await mkdir(join(folder, "dags"), { recursive: true });
    const { code, err } = await windlass(["up", "--dags", "dags", "--data", "data"], {
      DATABASE_URL: "postgres://somebody:hunter2@127.0.0.1:1/nothing",
    });
    expect([code, err.includes("[database.unreachable]")], err).toEqual([EXIT.installation, true]);
    expect(err).not.toContain("hunter2");
  });

  it("is 6 where another program has the port", async () => {
    const other = createSocket();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, "127.0.0.1", () => {
        resolve((other.address() as { readonly port: number }).port);
      });
    });
    await mkdir(join(folder, "dags"), { recursive: true });
    await using mine = await testDatabase();
    const words = ["up", "--host", "127.0.0.1", "--port", String(port), "--dags", "dags", "--data", "data"];
    const { code, err } = await windlass(words, { DATABASE_URL: mine.url });
    other.close();
    expect([code, err.includes("[up.port_taken]")], err).toEqual([EXIT.installation, true]);
  });
});
