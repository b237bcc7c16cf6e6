import { readHealth } from "../queries/health.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  addSeconds,
  configValues,
  type ConnectionValue,
  type JsonObject,
  type SerializedAlert,
  type SerializedDag,
  type SerializedDeadline,
} from "@windlass/contract";
import { testDag, testTask } from "../../test-support/dag.ts";
import { mailServer, type MailServer } from "../../test-support/mail-server.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import { webReceiver, type WebReceiver } from "../../test-support/web-receiver.ts";
import type { ActionContext } from "../actions/context.ts";
import { changeRun } from "../actions/runs/change-run.ts";
import { clearTaskInstances } from "../domain/clear.ts";
import { markRun } from "../domain/mark.ts";
import type { RunSnapshot } from "../domain/snapshot.ts";
import type { Advance } from "../domain/transition.ts";
import type { EngineOptions } from "./create-engine.ts";

const SECRET = "s3cr3t-t0ken";

let test: TestEngine;
let web: WebReceiver;
let mail: MailServer;
let warnings: string[];

const connection = (connectionId: string, given: Partial<ConnectionValue>): ConnectionValue => ({
  ...{ connectionId, connType: "http", host: "localhost", login: null, password: null, schema: null, port: web.port },
  extra: null,
  ...given,
});

async function engine(
  alerts: Parameters<typeof configValues>[0] = {},
  options: Parameters<typeof testEngine>[0] = {},
): Promise<TestEngine> {
  const connections: Record<string, Partial<ConnectionValue>> = {
    pager: { password: SECRET },
    slack: { connType: "slackwebhook", host: "http://localhost", password: `T0/B0/${SECRET}` },
    mails: {
      ...{ connType: "smtp", port: mail.port, login: "robot@example.com", password: SECRET },
      extra: JSON.stringify({ disable_tls: true }),
    },
  };
  const secrets: EngineOptions["secrets"] = {
    getConnection: async (id) => (connections[id] ? connection(id, connections[id]) : null),
    getVariable: async () => null,
  };
  return testEngine({
    secrets,
    config: configValues({
      alerts: { retry_delay: 0, timeout: 1, private_hosts: ["localhost"], ...alerts.alerts },
      api: { base_url: "https://windlass.example/team" },
    }),
    log: {
      info: () => undefined,
      warning: (event, fields) => warnings.push(`${event} ${JSON.stringify(fields)}`),
      error: (event, fields) => warnings.push(`${event} ${JSON.stringify(fields)}`),
    },
    paces: { noticesMs: 50 },
    ...options,
  });
}

beforeEach(async () => {
  warnings = [];
  [web, mail] = await Promise.all([webReceiver(), mailServer()]);
  test = await engine();
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  expect(warnings.join("\n")).not.toContain(SECRET);
  await test[Symbol.asyncDispose]();
  await web[Symbol.asyncDispose]();
  await mail[Symbol.asyncDispose]();
});

interface Row {
  readonly dedupe_key: string;
  readonly sent: boolean;
  readonly given_up: boolean;
  readonly deliveries: number;
  readonly problem: string | null;
}

async function rows(): Promise<Row[]> {
  return test.database.query<Row>(
    `select dedupe_key, sent_at is not null as sent, given_up_at is not null as given_up, deliveries, problem
     from outbox where kind = 'notification' order by id`,
  );
}

async function over(count: number): Promise<readonly Row[]> {
  await expect
    .poll(async () => (await rows()).filter((each) => each.sent || each.given_up).length, { timeout: 10_000 })
    .toBe(count);
  return rows();
}

const PAGER: SerializedAlert = { on: ["failure"], target: { kind: "webhook", url: null, connection: "pager" } };

async function failingDag(dagId: string, alerts: readonly SerializedAlert[], more: Partial<SerializedDag> = {}) {
  await test.store(testDag(dagId, [testTask("t0"), testTask("t1")], { alerts, ...more }));
  const run = await test.trigger(dagId, { t0: { fail: 1 } });
  expect(await test.over(run)).toMatchObject({ state: "failed" });
  return run;
}

describe("alerts", () => {
  it("tell a webhook of the run, with links, a key and the connection's credentials", async () => {
    await failingDag("sales", [PAGER, { ...PAGER, on: ["success"] }]);
    const [row] = await over(1);
    expect(web.received).toHaveLength(1);
    const [{ headers, body }] = web.received as [(typeof web.received)[number]];
    expect(headers).toMatchObject({
      authorization: `Bearer ${SECRET}`,
      "idempotency-key": row!.dedupe_key,
      "content-type": "application/json",
    });
    expect(body).toMatchObject({
      event: "failure",
      dag_id: "sales",
      state: "failed",
      reason: "task_failure",
      failed: [{ task_id: "t0", map_index: -1, try_number: 1 }],
      dedupe_key: row!.dedupe_key,
    });
    const { url } = body as { readonly url: string };
    expect(url).toMatch(/^https:\/\/windlass\.example\/team\/dags\/sales\/runs\/manual__/);
  });

  it("are messages for Slack, and mails with a Message-ID of their own", async () => {
    await failingDag("many", [
      { on: ["failure"], target: { kind: "slack", url: null, connection: "slack", channel: "#data" } },
      {
        on: ["failure"],
        target: { kind: "email", connection: "mails", to: ["a@example.com", "b@example.com"], from: null },
      },
    ]);
    const sent = await over(2);
    expect(web.received[0]).toMatchObject({ path: `/T0/B0/${SECRET}`, body: { channel: "#data" } });
    const { blocks } = web.received[0]!.body as unknown as { blocks: { text: { text: string } }[] };
    expect(blocks[0]!.text.text).toContain("/team/dags/many/runs/");
    expect(mail.received).toMatchObject([{ from: "robot@example.com", to: ["a@example.com", "b@example.com"] }]);
    expect(mail.received[0]!.source).toContain(`X-Windlass-Dedupe-Key: ${sent[1]!.dedupe_key}`);
    expect(mail.received[0]!.source).toMatch(/Message-ID: <[0-9a-f]{32}@windlass>/);
    expect(mail.received[0]!.source).toContain("Subject: [Windlass] many: run");
    expect(mail.credentials[0]).toContain(SECRET);
  });

  it("are sent again with the same key until they are taken, and given up for all to see", async () => {
    web.answers = [503, { status: 302, location: "http://localhost/elsewhere" }, "nothing"];
    mail.refusals = 1;
    await failingDag("again", [
      PAGER,
      { on: ["failure"], target: { kind: "email", connection: "mails", to: ["a@example.com"], from: null } },
    ]);
    expect(await over(2)).toMatchObject([
      { sent: true, deliveries: 4 },
      { sent: true, deliveries: 2 },
    ]);
    expect(new Set(web.received.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(web.received).toHaveLength(4);
    web.answers = Array.from({ length: 10 }, () => 500);
    await failingDag("never", [PAGER]);
    const found = await over(3);
    expect(found[2]).toMatchObject({
      given_up: true,
      deliveries: 10,
      problem: `localhost:${String(web.port)} answered 500`,
    });
    expect(warnings.filter((each) => each.startsWith("an alert was given up"))).toHaveLength(1);
  });

  it("go nowhere that nobody allowed: hosts by address, addresses of the inside, files", async () => {
    const url = `http://localhost:${String(web.port)}/hook`;
    await using strict = await engine(
      { alerts: { tries: 1, private_hosts: [], allowed_hosts: ["127.0.0.1", "*.example.com"] } },
      { test: test.test, database: test.test.open(), instanceId: "strict" },
    );
    await test.engine.stop();
    const byUrl = (address: string): SerializedAlert => ({
      on: ["failure"],
      target: { kind: "webhook", url: address, connection: null },
    });
    await strict.store(
      testDag("strict", [testTask("t0")], {
        alerts: [
          byUrl(url),
          byUrl(`http://127.0.0.1:${String(web.port)}/`),
          byUrl(`http://2130706433:${String(web.port)}/`),
          PAGER,
        ],
      }),
    );
    await strict.over(await strict.trigger("strict", { t0: { fail: 1 } }));
    const found = await over(4);
    expect(found.map(({ problem }) => problem)).toEqual([
      expect.stringContaining("allowed_hosts"),
      expect.stringContaining("private_hosts"),
      expect.stringContaining("private_hosts"),
      expect.stringContaining("private_hosts"),
    ]);
    expect(web.received).toEqual([]);
  });

  it("are sent once by several schedulers, and again by another where the sender died", async () => {
    await using other = await engine({}, { test: test.test, database: test.test.open(), instanceId: "other" });
    await test.store(testDag("shared", [testTask("t0")], { alerts: [PAGER] }));
    const runs = await Promise.all(Array.from({ length: 10 }, () => test.trigger("shared", { t0: { fail: 1 } })));
    other.engine.signals.runsCreated(runs);
    await over(10);
    expect(web.received).toHaveLength(10);
    // As if whoever sent the first had died before it could say so.
    await test.database.execute(
      "update outbox set sent_at = null, lease_until = clock_timestamp() - interval '1 second' where id = (select min(id) from outbox where kind = 'notification')",
    );
    await expect.poll(() => web.received.length, { timeout: 10_000 }).toBe(11);
    expect(new Set(web.received.map(({ headers }) => headers["idempotency-key"])).size).toBe(10);
  });
});

const WITHIN: SerializedDeadline = {
  name: "soon",
  reference: { kind: "queued_at" },
  intervalSeconds: 3_600,
  callbacks: 1,
  alerts: [PAGER.target],
};

async function deadlines(): Promise<JsonObject[]> {
  return test.database.query<JsonObject>(
    "select name, missed_at is not null as missed, extract(epoch from d.deadline_at - r.queued_at)::int as after from deadline d join dag_run r on r.id = d.dag_run_id order by d.id",
  );
}

describe("deadlines", () => {
  it("that are missed are found once by however many schedulers, and call and tell", async () => {
    await using other = await engine({}, { test: test.test, database: test.test.open(), instanceId: "other" });
    await test.store(
      testDag("late", [testTask("t0")], { deadlines: [WITHIN], alerts: [{ ...PAGER, on: ["deadline"] }] }),
    );
    await test.trigger("late", { t0: { hang: 1 } });
    await test.until(async () =>
      (await test.database.query("select 1 from dag_run where state = 'running'")).length > 0 ? true : undefined,
    );
    expect(await deadlines()).toEqual([{ name: "soon", missed: false, after: 3_600 }]);
    test.clock.aheadMs = other.clock.aheadMs = 3_601_000;
    await Promise.all([test.engine.notices.deadlines.runOnce(), other.engine.notices.deadlines.runOnce()]);
    await over(2);
    expect(web.received.map(({ body }) => body)).toMatchObject(
      Array(2).fill({ event: "deadline", reason: "deadline_missed", state: "running", deadline: { name: "soon" } }),
    );
    await expect
      .poll(() => test.database.query("select state, deliveries, subject ->> 'of' as of from callback"), {
        timeout: 10_000,
      })
      .toEqual([{ state: "success", deliveries: 1, of: "deadline" }]);
    expect(await deadlines()).toEqual([{ name: "soon", missed: true, after: 3_600 }]);
  });

  it("may be as long as a variable says when the run is made; where it says nothing there is none, with a warning", async () => {
    const getVariable = async (key: string): Promise<string | null> =>
      ({ patience: "1h30m", before: "-60", nonsense: `${SECRET} soon` })[key] ?? null;
    await using reading = await engine(
      {},
      {
        test: test.test,
        database: test.test.open(),
        secrets: { getConnection: async () => null, getVariable },
      },
    );
    await test.engine.stop();
    const variables = ["patience", "before", "nonsense", "absent"];
    const declared = variables.map((intervalVariable) => ({
      ...WITHIN,
      ...{ name: intervalVariable, intervalSeconds: null, intervalVariable, alerts: [], callbacks: 0 },
    }));
    await reading.store(testDag("patient", [testTask("t0")], { deadlines: declared }));
    await reading.trigger("patient", { t0: { hang: 1 } });
    await reading.engine.notices.deadlines.runOnce();
    await expect.poll(deadlines, { timeout: 10_000 }).toEqual([
      { name: "patience", missed: false, after: 5_400 },
      { name: "before", missed: true, after: -60 },
      { name: "nonsense", missed: false, after: null },
      { name: "absent", missed: false, after: null },
    ]);
    const problems = await test.database.query("select problem from deadline where deadline_at is null order by id");
    expect(problems).toEqual([
      { problem: "The variable nonsense is no duration." },
      { problem: "There is no variable absent." },
    ]);
    expect(warnings.filter((each) => each.includes("can not be read"))).toHaveLength(2);
  });

  it("are gone where the run was done before the interval was read, and stay where it failed", async () => {
    let patience: string | null = null;
    await using reading = await engine(
      {},
      {
        test: test.test,
        database: test.test.open(),
        secrets: { getConnection: async () => null, getVariable: async () => patience },
        paces: { noticesMs: 3_600_000 },
      },
    );
    await test.engine.stop();
    await reading.engine.notices.deadlines.stop();
    const held = { ...WITHIN, intervalSeconds: null, intervalVariable: "patience" };
    await reading.store(testDag("held", [testTask("t0")], { deadlines: [held] }));
    expect(await reading.over(await reading.trigger("held"))).toMatchObject({ state: "success" });
    const failed = await reading.trigger("held", { t0: { fail: 1 } });
    expect(await reading.over(failed)).toMatchObject({ state: "failed" });
    expect(await deadlines()).toHaveLength(2);
    patience = "2h";
    await reading.engine.notices.deadlines.runOnce();
    expect(await deadlines()).toEqual([{ name: "soon", missed: false, after: 7_200 }]);
  });

  it("ring at their moment, without waiting for a look", async () => {
    await using quick = await engine(
      {},
      { test: test.test, database: test.test.open(), paces: { noticesMs: 3_600_000 } },
    );
    await test.engine.stop();
    await quick.store(testDag("quick", [testTask("t0")], { deadlines: [{ ...WITHIN, intervalSeconds: 0.5 }] }));
    await quick.trigger("quick", { t0: { hang: 1 } });
    await over(1);
  });

  it("of a run that succeeds in time are gone, and those of one that fails stay, since it may still be mended", async () => {
    await test.store(testDag("mended", [testTask("t0")], { deadlines: [WITHIN] }));
    await test.over(await test.trigger("mended"));
    expect(await deadlines()).toEqual([]);
    await test.over(await test.trigger("mended", { t0: { fail: 1 } }));
    expect(await deadlines()).toHaveLength(1);
  });

  it("are counted anew from when a cleared run is queued, and gone where a hand says that it succeeded", async () => {
    await test.store(
      testDag("hands", [testTask("t0")], { deadlines: [WITHIN, { ...WITHIN, reference: { kind: "logical_date" } }] }),
    );
    const run = await test.trigger("hands", { t0: { fail: 1 } });
    await test.over(run);
    await test.engine.stop();
    const byHandContext = { clock: test.clock, config: configValues({}) } as unknown as ActionContext;
    const byHand = (decide: (snapshot: RunSnapshot) => Advance): Promise<unknown> =>
      test.database.transaction((tx) => changeRun(tx, byHandContext, run, decide));
    const moments = (): Promise<readonly { readonly moment: string; readonly after: number }[]> =>
      test.database.query(
        `select d.deadline_at as moment, round(extract(epoch from d.deadline_at - r.queued_at))::int as after
         from deadline d join dag_run r on r.id = d.dag_run_id order by d.position`,
      );
    const before = await moments();
    test.clock.aheadMs = 1_000_000;
    await byHand((snapshot) => clearTaskInstances(snapshot, new Set(snapshot.taskInstances.map(({ id }) => id))));
    const [queued, logical] = await moments();
    expect(queued!.after).toBe(3_600);
    expect(queued!.moment).not.toBe(before[0]!.moment);
    expect(logical!.moment).toBe(before[1]!.moment);
    await byHand((snapshot) => markRun(snapshot, "success"));
    expect(await moments()).toEqual([]);
  });

  it("are counted from the logical date, a moment, or the mean of the last successful runs", async () => {
    const references: SerializedDeadline["reference"][] = [
      { kind: "logical_date" },
      { kind: "moment", moment: addSeconds(test.clock.now(), 5_000) },
      { kind: "average_runtime", maxRuns: 2, minRuns: 2 },
      { kind: "average_runtime", maxRuns: 10, minRuns: 4 },
    ];
    await test.store(
      testDag("counted", [testTask("t0")], {
        deadlines: references.map((reference) => ({ ...WITHIN, name: reference.kind, reference })),
      }),
    );
    for (const seconds of [30, 10, 20]) {
      const run = await test.trigger("counted");
      await test.over(run);
      await test.database.execute(
        "update dag_run set start_date = end_date - make_interval(secs => $2), logical_date = logical_date - make_interval(secs => $2 * 100) where id = $1",
        [run, seconds],
      );
    }
    const now = test.clock.now();
    const logicalDate = addSeconds(now, 100_000);
    const identity = () => ({ runId: "x", logicalDate, dataIntervalStart: null, dataIntervalEnd: null, runAfter: now });
    await test.trigger("counted", {}, { identity, queuedAt: now, given: { runId: true, logicalDate: true } });
    const found = await test.database.query<{ name: string; after: number }>(
      "select name, round(extract(epoch from d.deadline_at - r.queued_at))::int as after from deadline d join dag_run r on r.id = d.dag_run_id where run_id = 'x' order by d.id",
    );
    // The two with the latest logical dates took 10 and 20 seconds.
    expect(found.map(({ name }) => name)).toEqual(["logical_date", "moment", "average_runtime"]);
    expect(found[0]!.after).toBe(103_600);
    expect(found[2]!.after).toBe(3_615);
  });
});

it("gives signs of life for the services of callbacks, alerts and deadlines", async () => {
  const alive = async (): Promise<readonly string[]> =>
    (await readHealth(test.database, 30)).filter(({ isRecent }) => isRecent).map(({ service }) => service);
  await expect.poll(alive, { timeout: 10_000 }).toEqual(expect.arrayContaining(["callbacks", "deadlines", "notifier"]));
});
