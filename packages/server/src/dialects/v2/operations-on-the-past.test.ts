import { storeDags, testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestApp, testApp } from "../../../test-support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
  await storeDags(app.database.database, [
    testDag("chain", [
      testTask("one"),
      testTask("two", { upstreamTaskIds: ["one"] }),
      testTask("three", { upstreamTaskIds: ["two"] }),
    ]),
  ]);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

let made = 0;
let runId: string;
beforeEach(async () => {
  made += 1;
  runId = `r${String(made)}`;
  await app.ask("POST", "/api/v2/dags/chain/dagRuns", { dag_run_id: runId, logical_date: null });
});

const RUNS = "/api/v2/dags/chain/dagRuns";
const patch = (path: string, body: object) => app.ask("PATCH", path, body);

interface Listed {
  readonly task_instances: readonly {
    readonly task_id: string;
    readonly state: string | null;
    readonly note: string | null;
  }[];
}

async function states(run = runId): Promise<Record<string, string | null>> {
  const { task_instances: found } = (await app.ask("GET", `${RUNS}/${run}/taskInstances`)).body as unknown as Listed;
  return Object.fromEntries(found.map((each) => [each.task_id, each.state]));
}

describe("changing many task instances on v2", () => {
  const bulk = (...actions: object[]) => patch(`${RUNS}/${runId}/taskInstances`, { actions });

  it("sets states and notes, deletes, and tells what is not there and what is not supported", async () => {
    const answer = await bulk(
      { action: "update", entities: [{ task_id: "one", new_state: "success", note: "by hand" }] },
      { action: "delete", entities: ["three", { task_id: "nowhere" }], action_on_non_existence: "skip" },
      { action: "create", entities: [{ task_id: "one" }] },
    );
    expect(answer.body, answer.text).toMatchObject({
      update: { success: [`chain.${runId}.one[-1]`], errors: [] },
      delete: { success: [`chain.${runId}.three[-1]`], errors: [] },
      create: { success: [], errors: [{ status_code: 405 }] },
    });
    expect(await states()).toEqual({ one: "success", two: null });
    const missing = await bulk({ action: "delete", entities: [{ task_id: "two", map_index: 4 }, "one"] });
    expect(missing.body.delete).toMatchObject({ success: [], errors: [{ status_code: 404 }] });
    const same = await bulk({ action: "update", entities: [{ task_id: "one", new_state: "success" }] });
    expect(same.body.update).toMatchObject({ success: [], errors: [{ status_code: 409 }] });
  });

  it("takes ~ where the body names the place, and says so where it does not", async () => {
    const entities = [
      { task_id: "two", dag_id: "chain", dag_run_id: runId, new_state: "failed" },
      { task_id: "one", new_state: "failed" },
    ];
    const answer = await patch("/api/v2/dags/~/dagRuns/~/taskInstances", { actions: [{ action: "update", entities }] });
    expect(answer.body.update, answer.text).toMatchObject({
      success: [`chain.${runId}.two[-1]`],
      errors: [{ status_code: 400 }],
    });
    expect(await states()).toMatchObject({ one: null, two: "failed" });
  });
});

describe("changing many runs on v2", () => {
  it("sets states and notes and deletes what is over", async () => {
    const other = `${runId}_other`;
    await app.ask("POST", RUNS, { dag_run_id: other, logical_date: null });
    const answer = await patch(RUNS, {
      actions: [
        { action: "update", entities: [{ dag_run_id: runId, state: "failed", note: "no more" }] },
        { action: "delete", entities: [other] },
      ],
    });
    expect(answer.body, answer.text).toMatchObject({
      update: { success: [`chain.${runId}`], errors: [] },
      delete: { success: [`chain.${other}`], errors: [] },
    });
    expect((await app.ask("GET", `${RUNS}/${runId}`)).body).toMatchObject({ state: "failed", note: "no more" });
    expect((await app.ask("GET", `${RUNS}/${other}`)).status).toBe(404);
    const named = await patch(RUNS, { actions: [{ action: "update", entities: ["only_a_name"] }] });
    expect(named.body.update).toMatchObject({ errors: [{ status_code: 400 }] });
  });

  it("clears several, each named once, or tells what that would be", async () => {
    await patch(`${RUNS}/${runId}`, { state: "success" });
    const body = { dag_runs: [{ dag_run_id: runId }, { dag_run_id: runId }] };
    const told = await app.ask("POST", "/api/v2/dags/chain/clearDagRuns", body);
    expect(told.body, told.text).toMatchObject({ total_entries: 3 });
    const done = await app.ask("POST", "/api/v2/dags/chain/clearDagRuns", { ...body, dry_run: false });
    expect(done.body, done.text).toMatchObject({
      total_entries: 1,
      dag_runs: [{ dag_run_id: runId, state: "queued" }],
    });
    expect(await states()).toEqual({ one: null, two: null, three: null });
    expect((await app.ask("POST", "/api/v2/dags/chain/clearDagRuns", {})).status).toBe(422);
    const elsewhere = { dag_runs: [{ dag_run_id: runId, dag_id: "other" }] };
    expect((await app.ask("POST", "/api/v2/dags/chain/clearDagRuns", elsewhere)).status).toBe(400);
  });
});

describe("changing one task instance on v2", () => {
  it("tells the named one alone, however much went along with it", async () => {
    const path = `${RUNS}/${runId}/taskInstances/one`;
    const told = await patch(`${path}/dry_run`, { new_state: "success", include_downstream: true });
    expect(told.body).toMatchObject({ total_entries: 3 });
    const done = await patch(path, { new_state: "success", include_downstream: true });
    expect(done.body, done.text).toMatchObject({
      total_entries: 1,
      task_instances: [{ task_id: "one", state: "success" }],
    });
    expect(await states()).toEqual({ one: "success", two: "success", three: "success" });
    expect((await patch(path, { new_state: "success", include_downstream: true })).status).toBe(409);
  });

  it("takes a note away by an empty one, and by null only where the mask says so", async () => {
    const path = `${RUNS}/${runId}/taskInstances/one`;
    const noteAfter = async (body: object, query = "") => {
      const answer = (await patch(`${path}${query}`, body)).body as unknown as Listed;
      return answer.task_instances[0]?.note;
    };
    expect(await noteAfter({ note: "seen" })).toBe("seen");
    expect(await noteAfter({ note: null })).toBe("seen");
    expect(await noteAfter({ note: null }, "?update_mask=note")).toBeNull();
    expect(await noteAfter({ note: "again" })).toBe("again");
    expect(await noteAfter({ note: "" })).toBeNull();
  });

  it("is refused a clear that contradicts itself", async () => {
    const clear = (body: object) => app.ask("POST", "/api/v2/dags/chain/clearTaskInstances", body);
    for (const body of [
      { only_failed: true, only_running: true },
      { start_date: "2026-01-02T00:00:00Z", end_date: "2026-01-01T00:00:00Z" },
      { start_date: "2026-01-02T00:00:00Z", dag_run_id: runId },
      { task_ids: [] },
    ]) {
      const answer = await clear(body);
      expect(answer.status, answer.text).toBe(422);
      expect(answer.body.detail).toMatchObject([{ type: "value_error", loc: ["body"] }]);
    }
    expect((await clear({ dag_run_id: runId, include_past: true })).status).toBe(400);
  });
});

describe("what a task keeps, on v2", () => {
  it("is written, read and removed, each instance for itself", async () => {
    const store = `${RUNS}/${runId}/taskInstances/one/state-store`;
    expect((await app.ask("PUT", `${store}/place`, { value: { at: 3 }, expires_at: null })).status).toBe(204);
    expect((await app.ask("GET", `${store}/place`)).body).toMatchObject({
      key: "place",
      value: { at: 3 },
      expires_at: null,
    });
    expect((await patch(`${store}/place`, { value: 4 })).status).toBe(200);
    expect((await app.ask("PUT", `${store}/a/b`, { value: "x" })).status).toBe(204);
    const listed = await app.ask("GET", store);
    expect(listed.body, listed.text).toMatchObject({
      total_entries: 2,
      task_state_store: [{ key: "a/b" }, { key: "place", value: 4 }],
    });
    expect((await app.ask("GET", `${store}?map_index=2`)).body).toMatchObject({ total_entries: 0 });
    expect((await app.ask("PUT", `${store}/place?map_index=2`, { value: 1 })).status).toBe(404);
    expect((await app.ask("PUT", `${store}/place`, { value: null })).status).toBe(422);
    expect((await app.ask("PUT", `${store}/place`, { value: "x".repeat(70_000) })).status).toBe(422);
    expect((await app.ask("DELETE", `${store}/place`)).status).toBe(204);
    expect((await app.ask("DELETE", `${store}?all_map_indices=true`)).status).toBe(204);
    expect((await app.ask("GET", store)).body).toMatchObject({ total_entries: 0 });
  });
});
