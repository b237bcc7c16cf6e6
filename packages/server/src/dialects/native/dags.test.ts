import { testChain, testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NativeServer, nativeServer } from "./test-support/native-server.ts";

let native: NativeServer;

beforeAll(async () => {
  native = await nativeServer();
  await native.account("reader", ["Viewer"]);
  await native.account("one", {
    permissions: [
      "can_read on DAG:alpha",
      "can_edit on DAG:alpha",
      "can_read on DAG Runs",
      "can_create on DAG Runs",
      "can_read on Task Instances",
    ],
  });
  const group = { groupId: "g", displayName: "G", parentGroupId: null, tooltip: "", expand: null, extra: {} };
  await native.store([
    testDag("alpha", testChain(2), {
      tags: ["red"],
      schedule: { kind: "cron", expression: "0 5 * * *", timezone: "UTC", interval: "data" },
      edgeLabels: [["t0", "t1", "then"]],
    }),
    testDag("beta", [testTask("g.x", { taskGroupId: "g" })], {
      taskGroups: [group],
      params: { n: { schema: { type: "integer" }, hasDefault: true, default: 1, description: null } },
    }),
  ]);
  for (const runId of ["one", "two"]) {
    const made = await native.ask("admin", "POST", "/api/v2/dags/alpha/dagRuns", {
      dag_run_id: runId,
      logical_date: null,
    });
    expect(made.statusCode, made.body).toBe(200);
  }
});

afterAll(async () => {
  await native?.[Symbol.asyncDispose]();
});

describe("the overview of Dags", () => {
  it("shows each Dag with its schedule, last runs and what the caller may do", async () => {
    const answer = await native.ask("admin", "GET", "/dags");
    expect(answer.statusCode, answer.body).toBe(200);
    const { dags, total_entries } = answer.json();
    expect(total_entries).toBe(2);
    expect(dags[0]).toMatchObject({
      dag_id: "alpha",
      tags: ["red"],
      is_paused: false,
      schedule: { kind: "cron", expression: "0 5 * * *", timezone: "UTC" },
      has_params: false,
      may: { trigger: true, pause: true },
    });
    expect(dags[0].last_runs.map((run: { run_id: string }) => run.run_id)).toEqual(["one", "two"]);
    expect(dags[1]).toMatchObject({ dag_id: "beta", has_params: true, last_runs: [] });
  });

  it("narrows by search, tags, pausing and page", async () => {
    const ids = async (query: string): Promise<string[]> =>
      (await native.ask("admin", "GET", `/dags?${query}`)).json().dags.map((dag: { dag_id: string }) => dag.dag_id);
    expect(await ids("search=BET")).toEqual(["beta"]);
    expect(await ids("tags=red&tags=blue")).toEqual(["alpha"]);
    expect(await ids("paused=true")).toEqual([]);
    expect(await ids("order_by=-dag_id&limit=1")).toEqual(["beta"]);
    expect(await ids("order_by=dag_id&limit=1&offset=1")).toEqual(["beta"]);
  });

  it("is narrowed to the Dags that the caller may read", async () => {
    const { dags, total_entries } = (await native.ask("one", "GET", "/dags")).json();
    expect(total_entries).toBe(1);
    expect(dags[0]).toMatchObject({ dag_id: "alpha", may: { trigger: true, pause: true } });
    expect((await native.ask("reader", "GET", "/dags")).json().dags[0].may).toEqual({ trigger: false, pause: false });
  });

  it("refuses nobody, an unknown name in the query with the nearest one, and an order that is none", async () => {
    expect((await native.ask(null, "GET", "/dags")).json().refusal.code).toBe("credentials.missing");
    const unknown = await native.ask("admin", "GET", "/dags?serch=x");
    expect(unknown.statusCode).toBe(400);
    expect(unknown.json().refusal).toMatchObject({ code: "request.field_unknown", expected: "search" });
    expect(unknown.json().request_id).toBe(unknown.headers["x-request-id"]);
    expect((await native.ask("admin", "GET", "/dags?order_by=colour")).json().refusal.code).toBe("request.order_by");
    expect((await native.ask("admin", "GET", "/dags?limit=5000")).json().refusal.code).toBe("request.field_wrong");
  });
});

describe("the structure of a Dag", () => {
  it("has tasks, groups and edges, and is known by the version", async () => {
    const answer = await native.ask("admin", "GET", "/dags/alpha/structure");
    expect(answer.json()).toMatchObject({
      dag_id: "alpha",
      version_number: 1,
      tasks: [
        { task_id: "t0", upstream: [] },
        { task_id: "t1", upstream: ["t0"], trigger_rule: "all_success", pool: "default_pool" },
      ],
      edges: [{ from: "t0", to: "t1", label: "then" }],
    });
    const again = await native.ask("admin", "GET", "/dags/alpha/structure?version_number=1", undefined, {
      "if-none-match": String(answer.headers.etag),
    });
    expect(again.statusCode).toBe(304);
    expect((await native.ask("admin", "GET", "/dags/beta/structure")).json()).toMatchObject({
      groups: [{ group_id: "g", parent: null, display_name: "G" }],
      tasks: [{ group_id: "g" }],
    });
  });

  it("refuses an unknown Dag with a near one, an unknown version, and a Dag that the caller may not read", async () => {
    const unknown = (await native.ask("admin", "GET", "/dags/alpa/structure")).json().refusal;
    expect(unknown.code).toBe("dag.unknown");
    expect(unknown.reason).toContain("alpha");
    expect((await native.ask("admin", "GET", "/dags/alpha/structure?version_number=9")).json().refusal.code).toBe(
      "object.unknown",
    );
    expect((await native.ask("one", "GET", "/dags/beta/structure")).statusCode).toBe(403);
  });
});

describe("the grid", () => {
  it("has a line for the structure and a line a run, newest first, one character a task", async () => {
    await native.test.database.execute(
      "update task_instance set state = 'success', end_date = clock_timestamp() where task_id = 't0' and dag_run_id = (select id from dag_run where run_id = 'two')",
    );
    const answer = await native.ask("admin", "GET", "/dags/alpha/grid");
    expect(answer.headers["content-type"]).toContain("application/x-ndjson");
    const [structure, two, one] = answer.body
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(structure.structure).toMatchObject({
      versions: 1,
      tasks: [{ task_id: "t0", group_id: null, operator: "task" }, { task_id: "t1" }],
    });
    expect(two).toMatchObject({ run_id: "two", state: "queued", run_type: "manual", version_number: 1, states: "S." });
    expect(one).toMatchObject({ run_id: "one", states: ".." });
    const before = await native.ask("admin", "GET", `/dags/alpha/grid?before=${encodeURIComponent(two.run_after)}`);
    expect(before.body.trim().split("\n")).toHaveLength(2);
  });

  it("keeps tasks of older versions behind the newest ones, and marks where a run had none", async () => {
    await native.store([testDag("alpha", [testTask("t0"), testTask("fresh")], { tags: ["red"] })]);
    const lines = (await native.ask("admin", "GET", "/dags/alpha/grid")).body
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0].structure.tasks.map((task: { task_id: string }) => task.task_id)).toEqual(["t0", "fresh", "t1"]);
    expect(lines[1].states).toBe("S-.");
  });

  it("is refused for a Dag that the caller may not read", async () => {
    expect((await native.ask("one", "GET", "/dags/alpha/grid")).statusCode).toBe(200);
    const refused = await native.ask("one", "GET", "/dags/beta/grid");
    expect(refused.statusCode).toBe(403);
    expect(refused.json().refusal.missing).toEqual(["can_read on DAGs"]);
  });
});
