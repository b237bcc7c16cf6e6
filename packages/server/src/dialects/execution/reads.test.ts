import { randomUUID } from "node:crypto";
import type { JsonValue } from "@windlass/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExecutionServer, executionServer } from "./test-support/execution-server.ts";

let server: ExecutionServer;
let attemptId: string;
let runId: string;
beforeAll(async () => {
  server = await executionServer();
});
afterAll(async () => {
  await server.app[Symbol.asyncDispose]();
});

async function running(taskId = "one"): Promise<void> {
  runId = `run_${randomUUID()}`;
  attemptId = await server.queue(taskId, runId);
  expect((await server.start(attemptId)).status).toBe(200);
}
const ask = (method: string, path: string, body?: JsonValue) => server.asAttempt(attemptId, method, path, body);

describe("XComs", () => {
  it("are written to the own task instance, read in the own Dag, and removed", async () => {
    await running();
    const own = `/xcoms/far/${runId}/one`;
    expect((await ask("POST", `${own}/my/key`, { a: [1] })).status).toBe(201);
    expect((await ask("GET", `${own}/my/key`)).body).toEqual({ key: "my/key", value: { a: [1] } });
    expect((await ask("HEAD", `${own}/my%2Fkey`)).headers["content-range"]).toBe("map_indexes 1");
    expect((await ask("GET", `${own}/my%2Fkey/slice`)).body).toEqual([{ a: [1] }]);
    expect((await ask("GET", `${own}/my%2Fkey/item/-1`)).body).toEqual({ a: [1] });
    expect((await ask("GET", `${own}/my%2Fkey/item/3`)).status).toBe(404);
    expect((await ask("GET", `${own}/other`)).body.detail.reason).toBe("not_found");
    expect((await ask("DELETE", `${own}/my/key`)).status).toBe(200);
    expect((await ask("GET", `${own}/my/key`)).status).toBe(404);
  });

  it("of others are not written, and those of other Dags not read", async () => {
    await running();
    expect((await ask("POST", `/xcoms/far/${runId}/two/key`, 1)).status).toBe(403);
    expect((await ask("DELETE", `/xcoms/far/${runId}/two/key`)).status).toBe(403);
    expect((await ask("GET", "/xcoms/simple/any/hello/key")).body.windlass.code).toBe("execution.beyond_attempt");
  });

  it("have a bound, also where something is mapped over them", async () => {
    await running();
    const own = `/xcoms/far/${runId}/one/key`;
    expect((await ask("POST", own, "x".repeat(300_000))).body.detail.reason).toBe("invalid_format");
    const mapped = await ask("POST", `${own}?mapped_length=5000`, []);
    expect(mapped.body.detail.reason).toBe("unmappable_return_value_length");
  });
});

describe("connections and variables", () => {
  it("are read by name, written and removed", async () => {
    await running();
    await server.app.ask("POST", "/api/v2/connections", {
      connection_id: "db",
      conn_type: "postgres",
      password: "s3cret",
    });
    expect((await ask("GET", "/connections/db")).body).toMatchObject({ conn_id: "db", password: "s3cret" });
    expect((await ask("GET", "/connections/none")).body.detail.reason).toBe("not_found");
    expect((await ask("PUT", "/variables/a/b", { val: "1" })).status).toBe(201);
    expect((await ask("PUT", "/variables/a/b", { val: "2" })).status).toBe(201);
    expect((await ask("GET", "/variables/a/b")).body).toEqual({ key: "a/b", value: "2" });
    expect((await ask("GET", "/variables/keys?prefix=a")).body).toEqual({ keys: ["a/b"], total_entries: 1 });
    expect((await ask("DELETE", "/variables/a/b")).status).toBe(204);
    expect((await ask("GET", "/variables/a/b")).status).toBe(404);
  });
});

describe("Dags and runs", () => {
  it("are known to every task", async () => {
    await running();
    expect((await ask("GET", "/dags/far")).body).toMatchObject({ dag_id: "far", is_paused: false });
    expect((await ask("GET", "/dags/none")).status).toBe(404);
    expect((await ask("GET", `/dag-runs/far/${runId}`)).body).toMatchObject({ run_id: runId, state: "running" });
    expect((await ask("GET", `/dag-runs/far/${runId}/state`)).body).toEqual({ state: "running" });
    expect((await ask("GET", "/dag-runs/far/none/state")).status).toBe(404);
    expect((await ask("GET", `/dag-runs/count?dag_id=far&run_ids=${runId}&states=running`)).body).toBe(1);
    expect((await ask("GET", "/dag-runs/previous?dag_id=far&logical_date=2020-01-01T00:00:00Z")).body).toBeNull();
    expect((await ask("GET", `/task-instances/count?dag_id=far&run_ids=${runId}`)).body).toBe(2);
    expect((await ask("GET", `/task-instances/states?dag_id=far&run_ids=${runId}`)).body).toEqual({
      task_states: { [runId]: { one: "running", two: null } },
    });
    expect((await ask("GET", `/task-instances/breadcrumbs?dag_id=far&run_id=${runId}`)).body).toEqual({
      breadcrumbs: [],
    });
    expect((await ask("GET", "/task-instances/previous/far/one?state=running")).body).toMatchObject({ task_id: "one" });
  });

  it("are made and cleared by tasks, once for each wish", async () => {
    await running();
    const path = `/dag-runs/simple/by_${randomUUID()}`;
    expect((await ask("POST", path, { conf: { a: 1 } })).status).toBe(204);
    expect((await ask("POST", path, { conf: { a: 1 } })).status).toBe(204);
    expect((await ask("GET", path)).body).toMatchObject({ run_type: "operator_triggered", conf: { a: 1 } });
    expect((await ask("POST", "/dag-runs/none/x", {})).body.detail.reason).toBe("not_found");
    const taken = path.replace("by_", "other_");
    await server.app.ask("POST", "/api/v2/dags/simple/dagRuns", {
      dag_run_id: taken.split("/").at(-1),
      logical_date: null,
    });
    expect((await ask("POST", taken, {})).body.detail.reason).toBe("already_exists");
    expect((await ask("POST", `${path}/clear`)).status).toBe(204);
  });
});

describe("what a task says and asks of itself", () => {
  it("is kept and answered", async () => {
    await running();
    const own = `/task-instances/${attemptId}`;
    expect((await ask("PUT", `${own}/rtif`, { bash_command: "ls" })).status).toBe(201);
    expect((await ask("PATCH", `${own}/rendered-map-index`, "first")).status).toBe(204);
    expect((await ask("PATCH", `${own}/rendered-map-index`, "")).status).toBe(422);
    expect((await ask("GET", `${own}/previous-successful-dagrun`)).body.start_date).toBeNull();
    expect((await ask("GET", `${own}/validate-inlets-and-outlets`)).body).toEqual({ inactive_assets: [] });
    expect((await ask("GET", `/task-reschedules/${attemptId}/start_date`)).body).toBeNull();
    expect((await ask("PATCH", `${own}/skip-downstream`, { tasks: ["two", ["one", -1], "unknown"] })).status).toBe(204);
    const states = await ask("GET", `/task-instances/states?dag_id=far&run_ids=${runId}`);
    expect(states.body.task_states[runId]).toEqual({ one: "running", two: "skipped" });
  });

  it("stays in its store", async () => {
    await running();
    const store = `/store/ti/${attemptId}`;
    expect((await ask("PUT", `${store}/a/b`, { value: { n: 1 } })).status).toBe(204);
    expect((await ask("GET", `${store}/a/b`)).body).toEqual({ value: { n: 1 } });
    expect((await ask("DELETE", `${store}/a/b`)).status).toBe(204);
    expect((await ask("GET", `${store}/a/b`)).status).toBe(404);
    expect((await ask("DELETE", store)).status).toBe(204);
    const other = await server.queue("one");
    expect((await ask("PUT", `/store/ti/${other}/a`, { value: 1 })).status).toBe(403);
  });

  it("asks a person, and waits", async () => {
    await running();
    const question = { ti_id: attemptId, options: ["yes", "no"], subject: "Go on?" };
    expect((await ask("GET", `/hitlDetails/${attemptId}`)).status).toBe(404);
    const asked = await ask("POST", `/hitlDetails/${attemptId}`, question);
    expect([asked.status, asked.body.subject]).toEqual([201, "Go on?"]);
    expect((await ask("GET", `/hitlDetails/${attemptId}`)).body).toMatchObject({ response_received: false });
    const waits = await ask("PATCH", `/task-instances/${attemptId}/state`, {
      state: "awaiting_input",
      next_method: "execute_complete",
    });
    expect(waits.status, waits.text).toBe(204);
    expect(await server.state(attemptId)).toBe("awaiting_input");
  });
});

describe("assets", () => {
  it("are read by name, URI and alias, with their events and what is kept beside them", async () => {
    await running();
    await server.app.database.database.query("insert into asset (name, uri) values ('orders', 's3://orders')");
    const asset = { name: "orders", uri: "s3://orders", group: "asset", extra: {} };
    expect((await ask("GET", "/assets/by-name?name=orders")).body).toEqual(asset);
    expect((await ask("GET", "/assets/by-uri?uri=s3://orders")).body).toEqual(asset);
    expect((await ask("GET", "/assets/by-name?name=none")).status).toBe(404);
    expect((await ask("GET", "/assets/by-alias?alias_name=none")).body).toEqual([]);
    expect((await ask("GET", "/asset-events/by-asset?name=orders&uri=s3://orders")).body).toEqual({ asset_events: [] });
    expect((await ask("GET", "/asset-events/by-asset?name=&uri=")).body.detail.reason).toBe("Missing parameter");
    expect((await ask("GET", "/asset-events/by-asset-alias?name=none")).body).toEqual({ asset_events: [] });
    for (const by of ["name?name=orders", "uri?uri=s3://orders"]) {
      const [kind = "", query = ""] = by.split("?");
      const value = `/store/asset/by-${kind}/value?${query}&key=k`;
      expect((await ask("PUT", value, { value: [1] })).status).toBe(204);
      expect((await ask("GET", value)).body).toEqual({ value: [1] });
      expect((await ask("DELETE", value)).status).toBe(204);
      expect((await ask("GET", value)).status).toBe(404);
      expect((await ask("DELETE", `/store/asset/by-${kind}/clear?${query}`)).status).toBe(204);
    }
  });
});
