import { testChain, testDag } from "@windlass/core/test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { basic, type NativeServer, nativeServer } from "./test-support/native-server.ts";

let native: NativeServer;
const ATTEMPT = "0190b6a0-0000-7000-8000-000000000001";
const AT = "/dags/alpha/runs/one/task-instances/t0";

beforeAll(async () => {
  native = await nativeServer();
  await native.account("beta_only", {
    permissions: [
      "can_read on DAG:beta",
      "can_read on DAG Runs",
      "can_read on Task Instances",
      "can_read on Task Logs",
    ],
  });
  const params = { n: { schema: { type: "integer" }, hasDefault: true, default: 1, description: null } };
  await native.store([testDag("alpha", testChain(2), { params }), testDag("beta", testChain(1))]);
  const trigger = (runId: string, conf: object) =>
    native.ask("admin", "POST", "/api/v2/dags/alpha/dagRuns", { dag_run_id: runId, logical_date: null, conf });
  expect((await trigger("one", {})).statusCode).toBe(200);
  expect((await trigger("two", { n: 2 })).statusCode).toBe(200);
});

afterAll(async () => {
  await native?.[Symbol.asyncDispose]();
});

const sql = (text: string, params: readonly unknown[] = []): Promise<number> =>
  native.test.database.execute(text, params);

async function setState(state: string | null): Promise<void> {
  await sql(
    `update task_instance set state = $1::text, attempt_id = $2, try_number = 1,
       lease_until = case when $1 = 'running' then clock_timestamp() + interval '1 hour' end,
       end_date = case when $1 in ('success', 'failed') then clock_timestamp() end
     where task_id = 't0' and dag_run_id = (select id from dag_run where run_id = 'one')`,
    [state, ATTEMPT],
  );
  await sql("update task_attempt set ended_at = case when $1 in ('success', 'failed') then clock_timestamp() end", [
    state,
  ]);
}

describe("the log of a try", () => {
  beforeAll(async () => {
    await setState(null);
    await sql(
      `insert into task_attempt (attempt_id, task_instance_id, try_number, dispatch_sequence, queued_at, started_at)
       select $1, t.id, 1, 1, clock_timestamp(), clock_timestamp() from task_instance t join dag_run r on r.id = t.dag_run_id where t.task_id = 't0' and r.run_id = 'one'`,
      [ATTEMPT],
    );
    native.logs.append(ATTEMPT, `{"event":"first"}\n{"event":"second"}\n{"event":"third"}\n`);
  });
  beforeEach(() => setState("success"));

  it("is given whole, by range and by its last lines, as raw lines", async () => {
    const whole = await native.ask("admin", "GET", `${AT}/log`);
    expect(whole.statusCode, whole.body).toBe(200);
    expect(whole.headers["content-type"]).toContain("application/x-ndjson");
    expect(whole.body).toBe(`{"event":"first"}\n{"event":"second"}\n{"event":"third"}\n`);
    expect(whole.headers).toMatchObject({
      "x-log-complete": "true",
      "x-total-bytes": "55",
      "x-next-offset": "55",
      "x-try-number": "1",
    });
    const part = await native.ask("admin", "GET", `${AT}/log?limit=20`);
    expect(part.body).toBe(`{"event":"first"}\n`);
    expect(part.headers["x-next-offset"]).toBe("18");
    expect((await native.ask("admin", "GET", `${AT}/log?offset=18&limit=1000`)).body).toBe(
      `{"event":"second"}\n{"event":"third"}\n`,
    );
    const tail = await native.ask("admin", "GET", `${AT}/log?tail=1`);
    expect(tail.body).toBe(`{"event":"third"}\n`);
    expect(tail.headers["x-offset"]).toBe("37");
    expect((await native.ask("admin", "GET", `${AT}/log?tail=100`)).body).toBe(whole.body);
  });

  it("is followed from what is already there until the attempt has ended", async () => {
    await setState("running");
    const url = await native.server.listen(0, "127.0.0.1");
    const response = await fetch(`${url}/api/windlass/v1${AT}/log?follow=true&tail=1`, {
      headers: { authorization: basic("admin") },
    });
    expect(response.headers.get("x-log-complete")).toBe("false");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe(`{"event":"third"}\n`);
    native.logs.append(ATTEMPT, `{"event":"fourth"}\n`);
    expect((await reader.read()).value).toBe(`{"event":"fourth"}\n`);
    native.logs.append(ATTEMPT, `{"event":"last"}\n`);
    await setState("success");
    expect((await reader.read()).value).toBe(`{"event":"last"}\n`);
    expect((await reader.read()).done).toBe(true);
  });

  it("is empty and not complete before a worker had the task, and complete where none will", async () => {
    const waiting = await native.ask("admin", "GET", "/dags/alpha/runs/two/task-instances/t0/log");
    expect(waiting.body).toBe("");
    expect(waiting.headers["x-log-complete"]).toBe("false");
    await sql(
      "update task_instance set state = 'upstream_failed' where task_id = 't1' and dag_run_id = (select id from dag_run where run_id = 'two')",
    );
    expect(
      (await native.ask("admin", "GET", "/dags/alpha/runs/two/task-instances/t1/log?follow=true")).headers[
        "x-log-complete"
      ],
    ).toBe("true");
    await sql("update task_instance set state = null where task_id = 't1'");
  });

  it("is refused for what is not there and for who may not read it", async () => {
    const code = async (who: string, path: string): Promise<string> =>
      (await native.ask(who, "GET", path)).json().refusal.code;
    expect(await code("admin", `${AT}/log?try_number=7`)).toBe("object.unknown");
    expect(await code("admin", "/dags/alpha/runs/none/task-instances/t0/log")).toBe("run.unknown");
    expect(await code("admin", "/dags/alpha/runs/one/task-instances/t9/log")).toBe("object.unknown");
    expect(await code("admin", "/dags/gamma/runs/one/task-instances/t0/log")).toBe("dag.unknown");
    expect(await code("beta_only", `${AT}/log`)).toBe("permission.missing");
  });
});

describe("why something does not move", () => {
  it("is told for a run and for a task instance, with a fix", async () => {
    const run = await native.ask("admin", "GET", "/dags/alpha/runs/two/why");
    expect(run.statusCode, run.body).toBe(200);
    expect(run.json()).toMatchObject({ state: "queued", moving: false, reasons: [{ code: "scheduler_down" }] });
    expect(run.json().reasons[0].fix).not.toBe("");
    await sql("update dag set is_paused = true where dag_id = 'alpha'");
    const codes = async (path: string): Promise<string[]> =>
      (await native.ask("admin", "GET", path)).json().reasons.map((each: { code: string }) => each.code);
    expect(await codes("/dags/alpha/runs/two/why")).toEqual(["scheduler_down", "dag_paused"]);
    expect(await codes("/dags/alpha/runs/two/task-instances/t1/why")).toEqual([
      "scheduler_down",
      "dag_paused",
      "run_queued",
      "upstream_not_done",
    ]);
    await sql("update dag set is_paused = false");
    await sql(
      "insert into service_heartbeat (instance_id, service, boot_id, hostname) select gen_random_uuid(), s, gen_random_uuid(), 'here' from unnest(array['scheduler', 'executor']) s",
    );
    expect((await native.ask("admin", "GET", "/dags/alpha/runs/two/why")).json()).toMatchObject({
      moving: true,
      reasons: [],
    });
  });

  it("counts what the pool holds", async () => {
    await sql("update pool set slots = 1");
    await setState("running");
    await sql("update dag_run set state = 'running', start_date = clock_timestamp()");
    await sql(
      "update task_instance set state = 'scheduled' where task_id = 't0' and dag_run_id = (select id from dag_run where run_id = 'two')",
    );
    expect((await native.ask("admin", "GET", "/dags/alpha/runs/two/task-instances/t0/why")).json()).toMatchObject({
      state: "scheduled",
      moving: false,
      reasons: [{ code: "pool_full" }],
    });
    expect((await native.ask("admin", "GET", `${AT}/why`)).json()).toMatchObject({
      state: "running",
      moving: true,
      reasons: [],
    });
  });

  it("is refused for what is not there and for who may not read it", async () => {
    expect((await native.ask("admin", "GET", "/dags/alpha/runs/none/why")).json().refusal.code).toBe("run.unknown");
    expect((await native.ask("admin", "GET", `${AT}/why?map_index=3`)).json().refusal.code).toBe("object.unknown");
    expect((await native.ask("beta_only", "GET", "/dags/alpha/runs/one/why")).statusCode).toBe(403);
    expect((await native.ask("beta_only", "GET", `${AT}/why`)).statusCode).toBe(403);
  });
});

describe("the launch of a run", () => {
  it("is told whole, and compared with another", async () => {
    const launch = await native.ask("admin", "GET", "/dags/alpha/runs/two/launch");
    expect(launch.json()).toMatchObject({
      run_id: "two",
      door: "v2",
      principal: { name: "admin" },
      credential: { kind: "basic" },
      conf: { n: 2 },
      params: { n: 2 },
      version_number: 1,
    });
    const compared = await native.ask("admin", "GET", "/dags/alpha/runs/compare?left=one&right=two");
    expect(compared.statusCode, compared.body).toBe(200);
    expect(compared.json().differences).toContainEqual({ path: "params.n", left: 1, right: 2 });
    expect(compared.json().differences.map((each: { path: string }) => each.path)).not.toContain("principal.name");
  });

  it("is refused for what is not there and for who may not read it", async () => {
    expect((await native.ask("admin", "GET", "/dags/alpha/runs/compare?left=one&right=none")).json().refusal.code).toBe(
      "run.unknown",
    );
    expect((await native.ask("admin", "GET", "/dags/alpha/runs/compare?left=one")).json().refusal.pointer).toBe(
      "query/right",
    );
    expect((await native.ask("beta_only", "GET", "/dags/alpha/runs/one/launch")).statusCode).toBe(403);
  });
});
