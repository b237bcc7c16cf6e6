import { RefusalError } from "@windlass/contract";
import { testDag, testTask } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findConnection } from "../../store/connections.ts";
import { findVariable } from "../../store/variables.ts";
import type { Action } from "../action.ts";
import { perform } from "../perform.ts";
import type { ActionRequest } from "../request.ts";
import { triggerRun } from "../runs/trigger-run.ts";
import { type ActionBench, actionBench } from "../test-support/action-bench.ts";
import { openConnection, openVariable, resolveConnection, resolveVariable } from "./connection-secrets.ts";
import { createConnection, deleteConnection, patchConnection } from "./connections.ts";
import { createPool, deletePool, patchPool } from "./pools.ts";
import { readConnectionText } from "./read-connection-text.ts";
import { createVariable, deleteVariable, patchVariable } from "./variables.ts";

let bench: ActionBench;
beforeEach(async () => {
  bench = await actionBench(
    {},
    { AIRFLOW_CONN_FROM_ENV: "postgres://me:p%40ss@h.example:5433/main?sslmode=require", AIRFLOW_VAR_GIVEN: "by env" },
  );
});
afterEach(() => bench.drop());

async function done<I, P, R>(
  action: Action<I, P, R>,
  input: I,
  more: Partial<ActionRequest> = {},
  userName = "op",
): Promise<R> {
  return (await perform(bench.context, await bench.request(userName, more), action, input)).result;
}

async function codes<I, P, R>(
  action: Action<I, P, R>,
  input: I,
  more: Partial<ActionRequest> = {},
  userName = "op",
): Promise<string[]> {
  const error: unknown = await done(action, input, more, userName).catch((thrown: unknown) => thrown);
  if (!(error instanceof RefusalError)) throw error instanceof Error ? error : new TypeError("it was not refused");
  return error.refusals.map(({ code }) => code);
}

const DB = {
  connectionId: "db",
  connType: "postgres",
  host: "db.example",
  login: "u",
  password: "s3cret",
  port: 5432,
  schema: "main",
  extra: '{"sslmode":"require"}',
};

describe("connections", () => {
  it("are made, changed in part and deleted, each with one audit row that holds no secret", async () => {
    await done(createConnection, DB);
    await done(patchConnection, { connectionId: "db", host: "other.example", password: "n3w" });
    const row = await findConnection(bench.test.database, "db");
    expect(row).toMatchObject({ host: "other.example", login: "u", port: 5432 });
    expect(row && openConnection(bench.context, row)).toEqual({ password: "n3w", extra: '{"sslmode":"require"}' });
    await done(deleteConnection, { connectionId: "db" });
    const audit = await bench.test.database.query(
      "select action, object, account_name, extra from audit_log order by id",
    );
    expect(audit).toMatchObject([
      { action: "post_connection", object: "db" },
      { action: "patch_connection", extra: { fields: ["host", "password"] } },
      { action: "delete_connection" },
    ]);
    expect(JSON.stringify(audit)).not.toMatch(/s3cret|n3w/);
  });

  it("keep their secrets unreadable in the database, and bound to their row and column", async () => {
    await done(createConnection, DB);
    await done(createConnection, { ...DB, connectionId: "db2", password: "s3cret" });
    const [dump] = await bench.test.database.query<{ text: string }>(
      "select string_agg(c::text, ' ') || string_agg(encode(password, 'escape'), ' ') as text from connection c",
    );
    expect(dump?.text).not.toContain("s3cret");
    const one = await findConnection(bench.test.database, "db");
    expect(() =>
      openConnection(bench.context, { connectionId: "db2", password: one?.password ?? null, extra: null }),
    ).toThrow();
    expect(() =>
      openConnection(bench.context, { connectionId: "db", password: one?.extra ?? null, extra: null }),
    ).toThrow();
  });

  it("are refused where the id is taken, unknown, not an id, or the extra no object", async () => {
    await done(createConnection, DB);
    expect(await codes(createConnection, DB)).toEqual(["object.exists"]);
    expect(await codes(patchConnection, { connectionId: "bd" })).toEqual(["object.unknown"]);
    expect(await codes(deleteConnection, { connectionId: "nope" })).toEqual(["object.unknown"]);
    expect(await codes(createConnection, { ...DB, connectionId: "a b", extra: "[]" })).toEqual([
      "request.field_wrong",
      "request.field_wrong",
    ]);
    expect(await codes(createConnection, DB, {}, "viewer")).toContain("permission.missing");
  });

  it("of the environment come first, are read-only and may be addresses or JSON", async () => {
    expect(await resolveConnection(bench.context, bench.test.database, "from_env")).toEqual({
      connectionId: "from_env",
      connType: "postgres",
      host: "h.example",
      login: "me",
      password: "p@ss",
      schema: "main",
      port: 5433,
      extra: '{"sslmode":"require"}',
    });
    expect(await codes(deleteConnection, { connectionId: "from_env" })).toEqual(["object.from_environment"]);
    expect(readConnectionText("j", '{"conn_type":"http","host":"h","extra":{"a":1},"port":"80"}')).toMatchObject({
      connType: "http",
      host: "h",
      port: 80,
      extra: '{"a":1}',
    });
    expect(readConnectionText("x", "nonsense")).toMatchObject({ connType: "generic", host: null });
    expect(await resolveConnection(bench.context, bench.test.database, "nowhere")).toBeUndefined();
  });

  it("satisfy a Dag's requirement the moment they are made", async () => {
    await bench.store(
      testDag("needy", [testTask("a")], { requires: { connections: ["db"], variables: [], env: [], pools: [] } }),
    );
    expect(await codes(triggerRun, { dagId: "needy" })).toEqual(["requirement.connection"]);
    await done(createConnection, DB);
    expect((await done(triggerRun, { dagId: "needy" })).state).toBe("queued");
  });
});

describe("variables", () => {
  it("are made, changed and deleted; v1 overwrites as Airflow 2 does", async () => {
    await done(createVariable, { key: "greeting", value: "hello", description: "d" });
    expect(await codes(createVariable, { key: "greeting", value: "x" })).toEqual(["object.exists"]);
    await done(createVariable, { key: "greeting", value: "hi" }, { dialect: "v1", door: "v1" });
    await done(patchVariable, { key: "greeting", description: "e" });
    const row = await findVariable(bench.test.database, "greeting");
    expect(row?.description).toBe("e");
    expect(row && openVariable(bench.context, row)).toBe("hi");
    expect(row && Buffer.from(row.value).toString("latin1")).not.toContain("hi there");
    await done(deleteVariable, { key: "greeting" });
    expect(await codes(deleteVariable, { key: "greeting" })).toEqual(["object.unknown"]);
  });

  it("of the environment come first", async () => {
    expect(await resolveVariable(bench.context, bench.test.database, "given")).toBe("by env");
    expect(await codes(patchVariable, { key: "given", value: "x" })).toEqual(["object.from_environment"]);
  });
});

describe("pools", () => {
  it("are made, changed, renamed and deleted, and the engine hears of it", async () => {
    await done(createPool, { name: "small", slots: 1 });
    await done(patchPool, { name: "small", slots: 2 });
    expect(await done(patchPool, { name: "small", newName: "little" })).toEqual({
      name: "little",
      slots: 2,
      description: null,
      includeDeferred: false,
    });
    await done(deletePool, { name: "little" });
    expect(bench.heard).toEqual(["poolChanged:small", "poolChanged:small", "poolChanged:little", "poolChanged:little"]);
  });

  it("are refused where the name is taken or unknown, the slots make no sense, or it is the default pool", async () => {
    await done(createPool, { name: "small", slots: -1 });
    expect(await codes(createPool, { name: "small", slots: 1 })).toEqual(["object.exists"]);
    expect(await codes(createPool, { name: "other", slots: -2 })).toEqual(["request.field_wrong"]);
    expect(await codes(patchPool, { name: "smal", slots: 1 })).toEqual(["object.unknown"]);
    expect(await codes(patchPool, { name: "default_pool", newName: "x" })).toEqual(["pool.default"]);
    expect(await codes(deletePool, { name: "default_pool" })).toEqual(["pool.default"]);
  });

  it("are not deleted while task instances occupy them", async () => {
    await done(createPool, { name: "small", slots: 1 });
    await bench.store(testDag("pooled", [testTask("a", { pool: "small" })]));
    await done(triggerRun, { dagId: "pooled", logicalDate: null });
    await bench.test.database.execute("update task_instance set state = 'queued' where pool = 'small'");
    expect(await codes(deletePool, { name: "small" })).toEqual(["pool.in_use"]);
  });
});
