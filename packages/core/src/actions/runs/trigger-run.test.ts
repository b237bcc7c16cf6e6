import { instant, RefusalError, type JsonObject, type SerializedParam } from "@windlass/contract";
import { testDag, testTask } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decideRequest } from "../decide-request.ts";
import { perform } from "../perform.ts";
import type { ActionRequest } from "../request.ts";
import { type ActionBench, actionBench, START } from "../test-support/action-bench.ts";
import type { TriggerInput } from "./trigger-input.ts";
import { triggerRun } from "./trigger-run.ts";

let bench: ActionBench;

beforeEach(async () => {
  bench = await actionBench();
});
afterEach(() => bench.drop());

const param = (schema: JsonObject, more: Partial<SerializedParam> = {}): SerializedParam => ({
  schema,
  hasDefault: false,
  default: null,
  description: null,
  ...more,
});

async function trigger(input: Partial<TriggerInput> = {}, more: Partial<ActionRequest> = {}, userName = "admin") {
  return perform(bench.context, await bench.request(userName, more), triggerRun, {
    dagId: "simple",
    logicalDate: null,
    ...input,
  });
}

async function refusals(input: Partial<TriggerInput> = {}, more: Partial<ActionRequest> = {}, userName = "admin") {
  const error: unknown = await trigger(input, more, userName).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RefusalError)) throw error instanceof Error ? error : new TypeError("it was not refused");
  return error.refusals;
}

const codes = async (...args: Parameters<typeof refusals>): Promise<string[]> =>
  (await refusals(...args)).map(({ code }) => code);
const rows = async (sql: string) => bench.test.database.query<Record<string, unknown>>(sql);

describe("triggering a run", () => {
  it("makes a queued run with its task instances, one audit row and a launch context", async () => {
    const { result, warnings } = await trigger({ dagRunId: "my_run", conf: { a: 1 }, note: "hello" });
    expect(result).toMatchObject({
      dagId: "simple",
      runId: "my_run",
      state: "queued",
      conf: { a: 1 },
      note: "hello",
      triggeredBy: "rest_api",
      triggeringUser: "admin",
    });
    expect(warnings).toEqual([]);
    expect(await rows("select run_id, state, launch_context from dag_run")).toMatchObject([
      {
        run_id: "my_run",
        state: "queued",
        launch_context: {
          door: "v2",
          principal: { name: "admin" },
          credential: { kind: "session" },
          client: { user_agent: "vitest" },
        },
      },
    ]);
    expect(await rows("select task_id, state from task_instance")).toEqual([{ task_id: "hello", state: null }]);
    expect(await rows("select action, account_name, dag_id, run_id from audit_log")).toEqual([
      { action: "trigger_dag_run", account_name: "admin", dag_id: "simple", run_id: "my_run" },
    ]);
    expect(bench.heard).toContain("runsCreated:1");
  });

  it("keeps the id a caller gives, whatever manual__ stands before it", async () => {
    expect((await trigger({ dagRunId: "manual__x" })).result.runId).toBe("manual__x");
  });

  it("names a run after its logical date in v1 and gives it the date's interval", async () => {
    const { result } = await trigger({ logicalDate: instant("2026-02-01T00:00:00Z") }, { dialect: "v1", door: "v1" });
    expect(result).toMatchObject({
      runId: "manual__2026-02-01T00:00:00+00:00",
      logicalDate: "2026-02-01T00:00:00.000000Z",
      dataIntervalStart: "2026-02-01T00:00:00.000000Z",
    });
  });

  it("takes the present moment where v2 leaves the logical date out, and says so", async () => {
    const { result, warnings } = await trigger({ logicalDate: undefined });
    expect(result.logicalDate).toBe(START);
    expect(warnings.map(({ code }) => code)).toEqual(["logical_date_missing"]);
  });

  it("moves server-made ids apart when many come in the same microsecond", async () => {
    const all = await Promise.all(Array.from({ length: 40 }, () => trigger()));
    expect(new Set(all.map(({ result }) => result.runId)).size).toBe(40);
    expect(await rows("select count(*) as n from audit_log")).toEqual([{ n: 40 }]);
  });

  it("warns of a paused Dag and offers to unpause it; with strict handling it refuses", async () => {
    await bench.test.database.execute("update dag set is_paused = true where dag_id = 'simple'");
    bench.context.dags.forget();
    const { warnings } = await trigger();
    expect(warnings).toMatchObject([
      { code: "dag_paused", offer: { method: "PATCH", path: "/api/v2/dags/simple", body: { is_paused: false } } },
    ]);
    expect(await codes({}, { preferStrict: true })).toEqual(["dag.paused_strict"]);
  });

  it("tells an old name and a warning together", async () => {
    const { warnings } = await trigger(
      { dagRunId: "a" },
      { aliases: [{ used: "run_id", proper: "dag_run_id", value: "a" }] },
    );
    expect(warnings.map(({ code }) => code)).toEqual(["alias_used"]);
  });

  it("refuses an id and a logical date that are taken, naming the run that has them", async () => {
    await trigger({ dagRunId: "one", logicalDate: START });
    expect(await refusals({ dagRunId: "one" })).toMatchObject([
      {
        code: "run.id_taken",
        currentValue: { dag_run_id: "one", state: "queued" },
        status: { v2: 409 },
        suggestedRequest: { body: { logical_date: null } },
      },
    ]);
    expect(await codes({ dagRunId: "two", logicalDate: START })).toEqual(["run.logical_date_taken"]);
    expect(
      (
        await refusals({ logicalDate: START }, { dialect: "v1", body: { logical_date: "2026-06-01T14:00:00+02:00" } })
      )[0]?.airflow?.v1?.detail,
    ).toContain("'2026-06-01 14:00:00+02:00'");
  });

  it.each([
    ["a/b", "run.id_invalid"],
    ["a b", "run.id_invalid"],
    ["lauf_ü", "run.id_invalid"],
    ["../../x", "run.id_invalid"],
    ["a..b", "run.id_invalid"],
    ["scheduled__2026-01-01T00:00:00+00:00", "run.id_reserved"],
    ["x".repeat(251), "run.id_too_long"],
  ])("refuses the run id %j", async (dagRunId, code) => {
    expect(await codes({ dagRunId })).toEqual([code]);
  });

  it("refuses a logical date before the Dag's start, but warns in strict manner as Airflow takes it", async () => {
    const dag = testDag("dated", [testTask("a")], { startDate: instant("2026-01-01T00:00:00Z") });
    await bench.store(dag);
    const input = { dagId: "dated", logicalDate: instant("2025-01-01T00:00:00Z") };
    expect(await refusals(input)).toMatchObject([{ code: "run.before_start_date", pointer: "/logical_date" }]);
    const strict = bench.another({ api: { airflow_strict: true } });
    const { warnings } = await perform(strict, await bench.request("admin"), triggerRun, input);
    expect(warnings.map(({ code }) => code)).toEqual(["date_before_start"]);
  });

  it("refuses half an interval", async () => {
    expect(await codes({ dataIntervalStart: START })).toEqual(["run.interval_incomplete"]);
  });

  it("refuses a Dag without tasks and a Dag that takes no runs by hand", async () => {
    await bench.store(testDag("empty", []));
    await bench.store(testDag("timed", [testTask("a")], { allowedRunTypes: ["scheduled"] }));
    expect(await codes({ dagId: "empty" })).toEqual(["run.no_tasks"]);
    expect(await codes({ dagId: "timed" })).toEqual(["dag.no_manual_runs"]);
  });

  it("tells every param that is wrong, its schema, and a body that would do", async () => {
    await bench.store(
      testDag("required_param", [testTask("a")], {
        params: {
          name: param({ type: "string", minLength: 1 }),
          count: param({ type: "integer", maximum: 3 }, { hasDefault: true, default: 1 }),
        },
      }),
    );
    const found = await refusals(
      { dagId: "required_param", conf: { count: 9 } },
      { path: "/api/v2/dags/required_param/dagRuns", body: { logical_date: null, conf: { count: 9 } } },
    );
    expect(found).toMatchObject([
      {
        code: "params.missing",
        missing: ["name"],
        pointer: "/conf/name",
        expected: { type: "string" },
        airflow: {
          v1: { detail: "Invalid input for param name: No value passed and Param has no default value" },
          v2: "Invalid input for param name: No value passed",
        },
      },
      { code: "params.invalid", pointer: "/conf/count", actual: 9 },
    ]);
    expect(found[0].suggestedRequest).toEqual({
      method: "POST",
      path: "/api/v2/dags/required_param/dagRuns",
      body: { logical_date: null, conf: { count: 1, name: "value" } },
    });
    const { result } = await trigger({ dagId: "required_param", conf: { name: "Ada" } });
    expect(await rows(`select params from dag_run where run_id = '${result.runId}'`)).toEqual([
      { params: { name: "Ada", count: 1 } },
    ]);
  });

  it("names a param that was probably meant", async () => {
    await bench.store(
      testDag("spelt", [testTask("a")], {
        params: { colour: param({ type: "string" }, { hasDefault: true, default: "red" }) },
      }),
    );
    expect((await trigger({ dagId: "spelt", conf: { color: "x" } })).warnings).toMatchObject([
      { code: "param_unknown" },
    ]);
  });

  it("refuses what the Dag needs and is not there; the environment counts", async () => {
    await bench.store(
      testDag("needy", [testTask("a", { pool: "small" })], {
        requires: { connections: ["db"], variables: ["greeting"], env: ["WINDLASS_DAG_MODE"], pools: [] },
      }),
    );
    expect(await codes({ dagId: "needy" })).toEqual([
      "requirement.connection",
      "requirement.variable",
      "requirement.pool",
      "requirement.env",
    ]);
    await using other = await actionBench(
      {},
      { AIRFLOW_CONN_DB: "postgres://u:p@h/d", AIRFLOW_VAR_GREETING: "hello", WINDLASS_DAG_MODE: "x" },
    );
    await other.store(
      testDag("needy", [testTask("a")], {
        requires: { connections: ["db"], variables: ["greeting"], env: ["WINDLASS_DAG_MODE"], pools: [] },
      }),
    );
    const decision = await decideRequest(
      other.context,
      await other.request("admin"),
      triggerRun,
      { dagId: "needy" },
      "check",
    );
    expect(decision.allowed).toBe(true);
  });

  it("tells the four ways in which a Dag is not there apart", async () => {
    expect(await refusals({ dagId: "simpel" })).toMatchObject([
      { code: "dag.unknown", reason: expect.stringContaining("Did you mean simple?") as string },
    ]);
    await bench.test.database.execute("update dag set is_stale = true, stale_since = now() where dag_id = 'simple'");
    bench.context.dags.forget();
    expect(await codes()).toEqual(["dag.stale"]);
    await bench.test.database.execute("update dag set has_import_errors = true where dag_id = 'simple'");
    await bench.test.database.execute(
      "insert into import_error (relative_fileloc, code, reason, fix, trace) values ('simple.ts', 'dag_file.throws', 'simple.ts:3 throws x.', 'f', 't')",
    );
    bench.context.dags.forget();
    expect(await refusals()).toMatchObject([
      {
        code: "dag.broken",
        status: { v1: 400, v2: 404 },
        reason: expect.stringContaining("simple.ts:3 throws x.") as string,
      },
    ]);
    await bench.test.database.execute("delete from import_error");
    await bench.test.database.execute("delete from dag");
    bench.context.dags.forget();
    expect(await codes()).toEqual(["dag.not_parsed_yet"]);
  });

  it("refuses a conf and a note that are too large", async () => {
    expect(await codes({ conf: { a: "x".repeat(300_000) } })).toEqual(["limit.conf_bytes"]);
    expect(await codes({ note: "x".repeat(1001) })).toEqual(["limit.note_length"]);
  });

  it("keeps any character in conf, and refuses a note that cannot be stored", async () => {
    const conf = { a: "\ud800", b: "\u0000", "\udfff": 1 };
    expect((await trigger({ conf }, { idempotencyKey: "odd", body: { conf } })).result.conf).toEqual(conf);
    expect(await rows("select conf from dag_run")).toEqual([{ conf }]);
    expect(await codes({ note: "\u0000" }, { body: { note: "\u0000" } })).toEqual(["request.field_wrong"]);
  });

  it("says what it would refuse when only asked, and changes nothing", async () => {
    await trigger({ dagRunId: "there" });
    const decision = await decideRequest(
      bench.context,
      await bench.request("admin"),
      triggerRun,
      { dagId: "simple", dagRunId: "there", logicalDate: null },
      "check",
    );
    expect(decision).toMatchObject({ allowed: false, refusals: [{ code: "run.id_taken" }] });
    expect(await rows("select count(*) as n from dag_run")).toEqual([{ n: 1 }]);
  });

  it("answers a repeated idempotency key with the first run, and refuses the key for another body", async () => {
    const more = { idempotencyKey: "k-1", body: { conf: { a: 1 } } };
    const first = await trigger({ conf: { a: 1 } }, more);
    const again = await trigger({ conf: { a: 1 } }, more);
    expect(again).toMatchObject({ replayed: true, result: first.result });
    expect(await refusals({ conf: { a: 2 } }, { idempotencyKey: "k-1", body: { conf: { a: 2 } } })).toMatchObject([
      { code: "idempotency.key_reused", reason: expect.stringContaining("differs in conf") as string },
    ]);
    const [one, two] = await Promise.all([
      trigger({}, { idempotencyKey: "k-2" }),
      trigger({}, { idempotencyKey: "k-2" }),
    ]);
    expect([one.replayed, two.replayed].sort()).toEqual([false, true]);
    expect(one.result.runId).toBe(two.result.runId);
    expect(await codes({}, { idempotencyKey: "a b" })).toEqual(["idempotency.key_invalid"]);
  });
});

describe("who may trigger", () => {
  it.each([
    ["admin", []],
    ["op", []],
    ["user", []],
    ["trigger_all", []],
    ["only_simple", []],
    ["viewer", ["can_edit on DAGs", "can_create on DAG Runs"]],
    ["public", ["can_edit on DAGs", "can_create on DAG Runs"]],
    ["read_simple", ["can_edit on DAGs", "can_create on DAG Runs"]],
    ["create_only", ["can_edit on DAGs"]],
  ])("%s lacks %j for the Dag simple", async (userName, missing) => {
    if (missing.length === 0) expect((await trigger({}, {}, userName)).result.state).toBe("queued");
    else
      expect(await refusals({}, {}, userName)).toMatchObject([
        { code: "permission.missing", missing, status: { v1: 403 } },
      ]);
  });

  it("tells a caller who may not read a Dag nothing about it", async () => {
    await bench.store(testDag("hidden", [], { startDate: START }));
    const there = await refusals({ dagId: "hidden" }, {}, "read_simple");
    const missing = await refusals({ dagId: "hiddem" }, {}, "read_simple");
    expect(there.map(({ code }) => code)).toEqual(["permission.missing"]);
    expect(missing.map(({ code }) => code)).toEqual(["permission.missing"]);
    expect(JSON.stringify(there).replaceAll("hidden", "?")).toBe(JSON.stringify(missing).replaceAll("hiddem", "?"));
  });

  it("tells a reader of the Dag what else is wrong, behind the missing right", async () => {
    expect(await codes({ dagRunId: "a b" }, {}, "viewer")).toEqual(["permission.missing", "run.id_invalid"]);
  });

  it("orders the same verdicts as each Airflow does", async () => {
    const body = {
      phase: "body" as const,
      refusal: { code: "x", status: { v1: 400, v2: 422, native: 422 }, summary: "", reason: "", fix: "", docs: "" },
    };
    expect(await codes({}, { dialect: "v1", verdicts: [body] }, "viewer")).toEqual(["x", "permission.missing"]);
    expect(await codes({}, { dialect: "v2", verdicts: [body] }, "viewer")).toEqual(["permission.missing", "x"]);
  });

  it("grants what a Dag's own access control gives to a role", async () => {
    await bench.store(testDag("shared", [testTask("a")], { accessControl: { create_only: ["can_edit", "can_read"] } }));
    expect((await trigger({ dagId: "shared" }, {}, "create_only")).result.state).toBe("queued");
  });
});
