import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, type TestApp, testApp } from "../../../test-support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?\+00:00$/;

describe("a trigger on v1", () => {
  it("makes a run from an empty object and shows Airflow 2's members", async () => {
    const made = await app.ask("POST", "/api/v1/dags/simple/dagRuns", {});
    expect(made.status, made.text).toBe(200);
    expect(
      Object.keys(made.body)
        .filter((name) => name !== "windlass")
        .sort(),
    ).toEqual([
      "conf",
      "dag_id",
      "dag_run_id",
      "data_interval_end",
      "data_interval_start",
      "end_date",
      "execution_date",
      "external_trigger",
      "last_scheduling_decision",
      "logical_date",
      "note",
      "run_type",
      "start_date",
      "state",
    ]);
    expect(made.body.logical_date).toMatch(MOMENT);
    expect(made.body.dag_run_id).toBe(`manual__${String(made.body.logical_date)}`);
    const read = await app.ask(
      "GET",
      `/api/v1/dags/simple/dagRuns/${encodeURIComponent(String(made.body.dag_run_id))}`,
    );
    expect(read.status, read.text).toBe(200);
    expect(read.body).toMatchObject({ state: "queued", run_type: "manual", external_trigger: true });
  });

  it("takes run_id for dag_run_id and says so", async () => {
    const made = await app.ask("POST", "/api/v1/dags/simple/dagRuns", { run_id: "my_run" });
    expect(made.status, made.text).toBe(200);
    expect(made.body.dag_run_id).toBe("my_run");
    expect(made.body.windlass.warnings.map((each: { code: string }) => each.code)).toContain("alias_used");
  });

  it("takes execution_date, and refuses it beside another logical_date", async () => {
    const made = await app.ask("POST", "/api/v1/dags/simple/dagRuns", {
      dag_run_id: "old",
      execution_date: "2026-02-01T00:00:00Z",
    });
    expect(made.body).toMatchObject({ logical_date: "2026-02-01T00:00:00+00:00" });
    const both = { dag_run_id: "two", execution_date: "2026-02-02T00:00:00Z", logical_date: "2026-02-03T00:00:00Z" };
    const refused = await app.ask("POST", "/api/v1/dags/simple/dagRuns", both);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      title: "logical_date conflicts with execution_date",
      windlass: { code: "request.alias_conflict" },
    });
  });

  it("names the missing param, its schema and a body that would do", async () => {
    const refused = await app.ask("POST", "/api/v1/dags/required_param/dagRuns", { run_id: "my_run" });
    expect(refused.status).toBe(400);
    expect(refused.headers["content-type"]).toContain("application/problem+json");
    expect(refused.body).toMatchObject({ status: 400, title: "Bad Request", windlass: { code: "params.missing" } });
    expect(refused.body.detail).toBe("Invalid input for param name: No value passed and Param has no default value");
    expect(refused.body.windlass.suggestedRequest.body.conf).toHaveProperty("name");
  });

  it.each([
    ["2026-01-10T00:00:00", "no zone"],
    ["2026-01-10", "no time"],
    ["2026-01-10 00:00:00+00:00", "a space for T"],
    ["2026-01-10T00:00Z", "no seconds"],
    ["20260119T000000Z", "compact"],
    ["yesterday", "words"],
  ])("refuses the logical date %s: %s", async (written) => {
    const refused = await app.ask("POST", "/api/v1/dags/simple/dagRuns", { logical_date: written });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toBe(`'${written}' is not a 'date-time' - 'logical_date'`);
  });
});

describe("refusals on v1", () => {
  it("answers 401 before anything else is looked at", async () => {
    const refused = await app.ask("POST", "/api/v1/dags/nope/dagRuns", [1], basic("admin", "wrong"));
    expect(refused.status).toBe(401);
    expect(refused.body).toMatchObject({
      title: "Unauthorized",
      detail: null,
      windlass: { code: "credentials.wrong" },
    });
  });

  it("looks at the body's schema before rights, at unknown fields and existence after them", async () => {
    const viewer = basic("viewer");
    const wrongSchema = await app.ask("POST", "/api/v1/dags/simple/dagRuns", [1], viewer);
    expect([wrongSchema.status, wrongSchema.body.detail]).toEqual([400, "[1] is not of type 'object'"]);
    const unknownField = await app.ask("POST", "/api/v1/dags/simple/dagRuns", { nonsense: 1 }, viewer);
    expect([unknownField.status, unknownField.body.detail]).toEqual([403, null]);
    expect(unknownField.body.windlass).toMatchObject({ code: "permission.missing" });
    const unknownDag = await app.ask("POST", "/api/v1/dags/nope/dagRuns", {}, viewer);
    expect(unknownDag.status).toBe(403);
    const asAdmin = await app.ask("POST", "/api/v1/dags/nope/dagRuns", {});
    expect([asAdmin.status, asAdmin.body.title]).toEqual([404, "DAG not found"]);
  });

  it("words a wrong content type, no body and what is no JSON as Airflow 2 does", async () => {
    const url = "/api/v1/dags/simple/dagRuns";
    const form = await app.server.inject({
      method: "POST",
      url,
      headers: { ...app.admin, "content-type": "application/x-www-form-urlencoded" },
      payload: "{}",
    });
    expect(form.statusCode).toBe(415);
    const nothing = await app.server.inject({ method: "POST", url, headers: app.admin });
    expect([nothing.statusCode, nothing.json().detail]).toEqual([400, "Request body must not be empty"]);
    const broken = await app.server.inject({
      method: "POST",
      url,
      headers: { ...app.admin, "content-type": "application/json" },
      payload: "{bad",
    });
    expect([broken.statusCode, broken.json().detail]).toEqual([400, "Request body is not valid JSON"]);
  });

  it("refuses unknown query names without a title", async () => {
    const refused = await app.ask("GET", "/api/v1/dags?nonsense=1");
    expect(refused.body).toMatchObject({
      status: 400,
      title: null,
      detail: "Extra query parameter(s) nonsense not in spec",
    });
  });

  it("answers 404 and 405 as problem documents of the framework", async () => {
    const path = await app.ask("POST", "/api/v1/dags/simple/dagruns", {});
    expect(path.body).toMatchObject({ status: 404, title: "Not Found", type: "about:blank" });
    const method = await app.ask("PUT", "/api/v1/pools", {});
    expect(method.body).toMatchObject({ status: 405, title: "Method Not Allowed", type: "about:blank" });
  });

  it("takes a word where a number belongs, and a NUL, for what is not there", async () => {
    expect((await app.ask("GET", "/api/v1/eventLogs/x")).body).toMatchObject({ status: 404, title: "Not Found" });
    expect((await app.ask("GET", "/api/v1/dags/a%00b")).status).toBe(404);
    expect((await app.ask("GET", "/api/v1/dags?dag_id_pattern=a%00b")).status).toBe(400);
  });

  it("tells an unknown run in the words of each operation", async () => {
    const read = await app.ask("GET", "/api/v1/dags/simple/dagRuns/none");
    expect(read.body).toMatchObject({
      title: "DAGRun not found",
      detail: "DAGRun with DAG ID: 'simple' and DagRun ID: 'none' not found",
    });
    const patched = await app.ask("PATCH", "/api/v1/dags/simple/dagRuns/none", { state: "failed" });
    expect(patched.body).toMatchObject({ status: 404, title: "Dag Run id none not found in dag simple", detail: null });
  });
});

describe("lists on v1", () => {
  it("cuts pages, counts all, and cuts objects to the fields asked for", async () => {
    const dags = await app.ask("GET", "/api/v1/dags?limit=1&offset=1&fields=dag_id");
    expect(dags.body).toEqual({ dags: [{ dag_id: "required_param" }], total_entries: 3 });
    const unknown = await app.ask("GET", "/api/v1/dags/simple?fields=nope");
    expect(unknown.body).toMatchObject({ status: 400, title: "DAGSchema init error" });
  });

  it("shows only what the caller may read", async () => {
    const dags = await app.ask("GET", "/api/v1/dags?fields=dag_id", undefined, basic("only_simple"));
    expect(dags.body).toEqual({ dags: [{ dag_id: "simple" }], total_entries: 1 });
    const batch = await app.ask(
      "POST",
      "/api/v1/dags/~/dagRuns/~/taskInstances/list",
      { dag_ids: ["simple", "paused"] },
      basic("only_simple"),
    );
    expect([batch.status, batch.body.detail]).toEqual([
      403,
      "User not allowed to access some of these DAGs: ['simple', 'paused']",
    ]);
  });

  it("orders runs by the names that Airflow 2 knows and by no others", async () => {
    for (const name of ["-execution_date", "dag_run_id", "-id"]) {
      expect((await app.ask("GET", `/api/v1/dags/simple/dagRuns?order_by=${name}`)).status).toBe(200);
    }
    const refused = await app.ask("GET", "/api/v1/dags/simple/dagRuns?order_by=logical_date");
    expect(refused.body).toMatchObject({
      status: 400,
      detail: "Ordering with 'logical_date' is disallowed or the attribute does not exist on the model",
    });
  });

  it("shows task instances, tasks and details with Airflow 2's members", async () => {
    await app.ask("POST", "/api/v1/dags/paused/dagRuns", { dag_run_id: "waiting" });
    const instances = await app.ask("GET", "/api/v1/dags/paused/dagRuns/waiting/taskInstances");
    expect(instances.body).toMatchObject({
      total_entries: 1,
      task_instances: [{ task_id: "hello", state: null, try_number: 0, max_tries: 0, sla_miss: null }],
    });
    const tasks = await app.ask("GET", "/api/v1/dags/paused/tasks");
    expect(tasks.body).toMatchObject({
      total_entries: 1,
      tasks: [{ task_id: "hello", retry_delay: { __type: "TimeDelta" } }],
    });
    const details = await app.ask("GET", "/api/v1/dags/required_param/details");
    expect(details.body.params).toEqual({
      name: {
        __class: "airflow.models.param.Param",
        description: null,
        schema: { type: "string", title: "Name", minLength: 1 },
        value: null,
      },
    });
  });
});

describe("objects on v1", () => {
  it("makes, changes and deletes a connection without ever showing its secrets", async () => {
    const body = {
      connection_id: "c1",
      conn_type: "http",
      host: "h.example",
      password: "hush",
      port: 81,
      extra: '{"token":"x"}',
    };
    const made = await app.ask("POST", "/api/v1/connections", body);
    expect(made.body).toEqual({
      conn_type: "http",
      connection_id: "c1",
      description: null,
      extra: '{"token": "***"}',
      host: "h.example",
      login: null,
      port: 81,
      schema: null,
    });
    const patched = await app.ask("PATCH", "/api/v1/connections/c1?update_mask=port", {
      connection_id: "c1",
      conn_type: "ssh",
      port: 82,
    });
    expect(patched.body).toMatchObject({ conn_type: "http", port: 82 });
    const listed = await app.ask("GET", "/api/v1/connections");
    expect(listed.body.connections[0]).not.toHaveProperty("extra");
    expect((await app.ask("POST", "/api/v1/connections", body)).status).toBe(409);
    expect((await app.ask("DELETE", "/api/v1/connections/c1")).status).toBe(204);
  });

  it("overwrites a variable, whose key may hold slashes", async () => {
    await app.ask("POST", "/api/v1/variables", { key: "a/b", value: "one" });
    const again = await app.ask("POST", "/api/v1/variables", { key: "a/b", value: "two" });
    expect(again.body).toEqual({ key: "a/b", value: "two" });
    expect((await app.ask("GET", "/api/v1/variables/a%2Fb")).body).toEqual({
      key: "a/b",
      value: "two",
      description: null,
    });
    const deleted = await app.ask("DELETE", "/api/v1/variables/a/b");
    expect([deleted.status, String(deleted.headers["content-type"])]).toEqual([
      204,
      expect.stringContaining("text/html"),
    ]);
    expect((await app.ask("DELETE", "/api/v1/variables/a/b")).body).toMatchObject({
      status: 404,
      title: "Variable not found",
      detail: null,
    });
  });

  it("needs name and slots of a pool unless update_mask says otherwise", async () => {
    expect((await app.ask("POST", "/api/v1/pools", { name: "p" })).body.detail).toBe(
      "Missing required property(ies): ['slots']",
    );
    expect((await app.ask("POST", "/api/v1/pools", { name: "p", slots: 2 })).body).toMatchObject({
      name: "p",
      slots: 2,
      open_slots: 2,
      occupied_slots: 0,
    });
    expect((await app.ask("PATCH", "/api/v1/pools/p", { slots: 3 })).status).toBe(400);
    expect((await app.ask("PATCH", "/api/v1/pools/p?update_mask=slots", { slots: 3 })).body).toMatchObject({
      slots: 3,
    });
    expect((await app.ask("PATCH", "/api/v1/pools/p?update_mask=nope", { slots: 3 })).body.detail).toBe(
      "Invalid field: nope in update mask",
    );
    expect((await app.ask("DELETE", "/api/v1/pools/p")).status).toBe(204);
  });

  it("pauses one Dag and many", async () => {
    expect((await app.ask("PATCH", "/api/v1/dags/simple", { is_paused: true })).body).toMatchObject({
      dag_id: "simple",
      is_paused: true,
    });
    const many = await app.ask("PATCH", "/api/v1/dags?dag_id_pattern=simple", { is_paused: false });
    expect(many.body).toMatchObject({ total_entries: 1, dags: [{ dag_id: "simple", is_paused: false }] });
    expect((await app.ask("PATCH", "/api/v1/dags/simple", { is_paused: "false" })).body.detail).toBe(
      "'false' is not of type 'boolean' - 'is_paused'",
    );
  });
});

describe("clearing and marking on v1", () => {
  it("only tells what would be cleared unless told otherwise, and then queues the run again", async () => {
    await app.ask("POST", "/api/v1/dags/paused/dagRuns", { dag_run_id: "again" });
    await app.ask("PATCH", "/api/v1/dags/paused/dagRuns/again", { state: "success" });
    const told = await app.ask("POST", "/api/v1/dags/paused/dagRuns/again/clear", {});
    expect(told.body).toMatchObject({ task_instances: [{ dag_id: "paused", dag_run_id: "again", task_id: "hello" }] });
    expect((await app.ask("GET", "/api/v1/dags/paused/dagRuns/again?fields=state")).body).toEqual({ state: "success" });
    const failedOnly = await app.ask("POST", "/api/v1/dags/paused/clearTaskInstances", { dag_run_id: "again" });
    expect(failedOnly.body).toEqual({ task_instances: [] });
    const cleared = await app.ask("POST", "/api/v1/dags/paused/dagRuns/again/clear", { dry_run: false });
    expect(cleared.body).toMatchObject({ dag_run_id: "again", state: "queued" });
    expect((await app.ask("GET", "/api/v1/dags/paused/dagRuns/again/taskInstances/hello")).body).toMatchObject({
      state: null,
    });
  });

  it("refuses contradictions in the words of Airflow 2", async () => {
    const both = await app.ask("POST", "/api/v1/dags/paused/clearTaskInstances", {
      only_failed: true,
      only_running: true,
    });
    expect([both.status, both.body.detail]).toEqual([
      400,
      "{'_schema': ['only_failed and only_running both are set to True']}",
    ]);
    const twice = await app.ask("POST", "/api/v1/dags/paused/clearTaskInstances", {
      dag_run_id: "x",
      start_date: "2030-01-01T00:00:00Z",
    });
    expect([twice.status, twice.body.detail]).toEqual([
      400,
      "{'_schema': ['Exactly one of dag_run_id or start_date must be provided']}",
    ]);
    expect(JSON.stringify(twice.body.windlass.also)).toContain("run.unknown");
    const unknown = await app.ask("POST", "/api/v1/dags/paused/dagRuns/none/clear", {});
    expect(unknown.body).toMatchObject({
      status: 404,
      title: "Dag Run id none not found in dag   paused",
      detail: null,
    });
  });

  it("marks a task instance and tells what it would mark", async () => {
    await app.ask("POST", "/api/v1/dags/paused/dagRuns", { dag_run_id: "marked" });
    const url = "/api/v1/dags/paused/dagRuns/marked/taskInstances/hello";
    expect((await app.ask("PATCH", url, { new_state: "failed" })).body).toMatchObject({
      task_id: "hello",
      dag_run_id: "marked",
    });
    expect((await app.ask("GET", url)).body).toMatchObject({ state: null });
    expect((await app.ask("PATCH", url, { new_state: "failed", dry_run: false })).body).toEqual({});
    expect((await app.ask("GET", url)).body).toMatchObject({ state: "failed" });
    expect((await app.ask("PATCH", url, { new_state: "running" })).body.detail).toContain("'running' is not one of");
    expect((await app.ask("POST", "/api/v1/dags/paused/updateTaskInstancesState", {})).body.detail).toContain(
      "Missing data for required field.",
    );
    const unknown = await app.ask("PATCH", "/api/v1/dags/paused/dagRuns/none/taskInstances/hello", {
      new_state: "failed",
    });
    expect(unknown.body).toMatchObject({
      status: 404,
      detail: "Task instance not found for task 'hello' on DAG run with ID 'none'",
    });
    const noted = await app.ask("PATCH", `${url}/setNote`, { note: "seen" });
    expect(noted.body).toMatchObject({ note: "seen", task_id: "hello" });
  });
});

describe("logs on v1", () => {
  it("gives text where text is liked best, and JSON with a token elsewhere", async () => {
    await app.ask("POST", "/api/v1/dags/simple/dagRuns", { dag_run_id: "logged" });
    await app.database.database.execute(
      "update task_instance t set state = 'success', try_number = 1, start_date = now(), end_date = now() from dag_run r where r.id = t.dag_run_id and r.run_id = 'logged'",
    );
    const [row] = await app.database.database.query<{ id: string }>(
      "select t.attempt_id as id from task_instance t join dag_run r on r.id = t.dag_run_id where r.run_id = 'logged'",
    );
    const line = {
      timestamp: "2026-01-01T00:00:00.000000Z",
      level: "info",
      source: "task",
      event: "it's done",
      fields: { rows: 3 },
    };
    app.logs.set(row?.id ?? "", `${JSON.stringify(line)}\n`);
    const url = "/api/v1/dags/simple/dagRuns/logged/taskInstances/hello/logs/1";
    const text = await app.ask("GET", url, undefined, { ...app.admin, accept: "*/*" });
    expect(String(text.headers["content-type"])).toContain("text/plain");
    expect(text.text).toContain("[2026-01-01T00:00:00.000000+0000] {task} INFO - it's done rows=3");
    const json = await app.ask("GET", url, undefined, { ...app.admin, accept: "application/json" });
    expect(json.body.content).toMatch(/^\[\('.*', ".*it's done rows=3\\n"\)\]$/s);
    const rest = await app.ask("GET", `${url}?token=${String(json.body.continuation_token)}`, undefined, {
      ...app.admin,
      accept: "application/json",
    });
    expect(rest.body.content).not.toContain("done");
    const never = await app.ask("GET", url.replace(/1$/, "7"), undefined, { ...app.admin, accept: "application/json" });
    expect(never.status).toBe(200);
    expect(never.body.content).toContain("never reached a worker");
  });
});
