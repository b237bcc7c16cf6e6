import { instant, RefusalError } from "@windlass/contract";
import { testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRole, deleteRole, patchRole } from "./accounts/roles.ts";
import { createUser, deleteUser, patchUser } from "./accounts/users.ts";
import type { Action } from "./action.ts";
import { deleteDag } from "./dags/delete-dag.ts";
import { patchDag } from "./dags/patch-dag.ts";
import { createConnection, deleteConnection, patchConnection } from "./objects/connections.ts";
import { createPool, deletePool, patchPool } from "./objects/pools.ts";
import { createVariable, deleteVariable, patchVariable } from "./objects/variables.ts";
import { perform } from "./perform.ts";
import { deleteRun } from "./runs/delete-run.ts";
import { patchRun } from "./runs/patch-run.ts";
import { triggerRun } from "./runs/trigger-run.ts";
import { type ActionBench, actionBench, START } from "./test-support/action-bench.ts";

const HIDDEN = "canary-17";
const MISSING = "absent-17";

let bench: ActionBench;
beforeAll(async () => {
  bench = await actionBench();
  await bench.store(testDag(HIDDEN, [testTask("a")], { startDate: START }));
  const request = await bench.request("admin");
  await perform(bench.context, request, triggerRun, { dagId: HIDDEN, dagRunId: HIDDEN, logicalDate: START });
  await perform(bench.context, request, createConnection, { connectionId: HIDDEN, connType: "http" });
  await perform(bench.context, request, createVariable, { key: HIDDEN, value: "v" });
  await perform(bench.context, request, createPool, { name: HIDDEN, slots: 1 });
  await perform(bench.context, request, createRole, { name: HIDDEN, permissions: [] });
  await perform(bench.context, request, createUser, { userName: HIDDEN, roles: ["Admin"] });
});
afterAll(() => bench.drop());

/** Every change that needs a right, on something that is there and on something that is not. */
const CHANGES: readonly [string, (name: string) => (userName: string) => Promise<unknown>][] = [
  ["trigger", (dagId) => by(triggerRun, { dagId, dagRunId: HIDDEN, logicalDate: instant("2020-01-01T00:00:00Z") })],
  ["patch run", (runId) => by(patchRun, { dagId: HIDDEN, runId, state: "failed" })],
  ["delete run", (runId) => by(deleteRun, { dagId: HIDDEN, runId })],
  ["patch Dag", (dagId) => by(patchDag, { dagId, isPaused: true })],
  ["delete Dag", (dagId) => by(deleteDag, { dagId })],
  ["create connection", (connectionId) => by(createConnection, { connectionId, connType: "http" })],
  ["patch connection", (connectionId) => by(patchConnection, { connectionId, host: "h" })],
  ["delete connection", (connectionId) => by(deleteConnection, { connectionId })],
  ["create variable", (key) => by(createVariable, { key, value: "v" })],
  ["patch variable", (key) => by(patchVariable, { key, value: "v" })],
  ["delete variable", (key) => by(deleteVariable, { key })],
  ["create pool", (name) => by(createPool, { name, slots: 1 })],
  ["patch pool", (name) => by(patchPool, { name, slots: 1 })],
  ["delete pool", (name) => by(deletePool, { name })],
  ["create user", (userName) => by(createUser, { userName })],
  ["patch user", (userName) => by(patchUser, { userName, active: false })],
  ["delete user", (userName) => by(deleteUser, { userName })],
  ["create role", (name) => by(createRole, { name, permissions: [] })],
  ["patch role", (name) => by(patchRole, { name, permissions: [] })],
  ["delete role", (name) => by(deleteRole, { name })],
];

function by<I, P, R>(action: Action<I, P, R>, input: I) {
  return async (userName: string): Promise<unknown> => {
    const outcome: unknown = await perform(bench.context, await bench.request(userName), action, input).catch(
      (error: unknown) => error,
    );
    if (!(outcome instanceof RefusalError))
      throw outcome instanceof Error ? outcome : new TypeError("it was not refused");
    return outcome.refusals;
  };
}

async function everything(): Promise<unknown> {
  const tables = await bench.test.database.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public'",
  );
  return Promise.all(
    tables.map(({ name }) =>
      bench.test.database.query(
        `select '${name}' as table, count(*) as n, md5(string_agg(t::text, ' ' order by t::text)) as digest from ${name} t`,
      ),
    ),
  );
}

describe("what a caller may not know", () => {
  it.each(CHANGES)("is not told by a refusal to %s, and nothing is changed", async (_what, change) => {
    const before = await everything();
    const there = JSON.stringify(await change(HIDDEN)("public"));
    const missing = JSON.stringify(await change(MISSING)("public"));
    expect(there.replaceAll(HIDDEN, "?")).toBe(missing.replaceAll(MISSING, "?").replaceAll(HIDDEN, "?"));
    expect(there).toContain("permission.missing");
    expect(await everything()).toEqual(before);
  });
});
