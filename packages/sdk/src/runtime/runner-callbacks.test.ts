import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type {
  AttemptCallback,
  AttemptContext,
  AttemptOutcome,
  CallbackSubject,
  FromRunner,
  Instant,
  ToRunner,
} from "@windlass/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChild, type TalkingChild, temporaryFolder } from "../../test-support/child.ts";
import { bundleFile } from "./bundle.ts";
import { runtimePaths } from "./index.ts";

const NOW = "2026-01-01T00:00:00.000000Z" as Instant;

const DAG = `
import { Dag, deadline, FailWithoutRetry, getClient } from "windlass";
const show = (ctx: any) => console.log(JSON.stringify([ctx.kind, ctx.taskId, ctx.dedupeKey, ctx.delivery, ctx.reason, ctx.error?.message]));
const dag = new Dag("work", {
  defaultTask: { onFailure: [show, () => { throw new FailWithoutRetry("never again"); }] },
  onSuccess: async ({ client }) => { const { password } = await client.getConnectionOrThrow("db"); throw new Error("no login with " + password); },
  deadlines: [deadline({ after: "queued", within: "1h", callback: show as never })],
});
dag.task("t", () => 1, { onRetry: () => new Promise(() => setInterval(() => {}, 1000)) })();
`;

const MOMENT = "2026-01-01T00:00:00.000000Z" as Instant;
const FAILURE: CallbackSubject = {
  ...{ of: "task", kind: "failure", taskId: "t", mapIndex: -1, tryNumber: 2, maxTries: 2, state: "failed" },
  ...{ startDate: MOMENT, endDate: MOMENT, reason: "lease_expired" },
  error: { kind: "lost", name: "AttemptLost", message: "gone", stack: null },
};

describe("the runner process, calling a callback", () => {
  const folder = temporaryFolder({ "work.ts": DAG });
  let bundle: { hash: string; path: string };
  let runner: TalkingChild<ToRunner, FromRunner>;
  let count = 0;

  beforeAll(async () => {
    const built = await bundleFile(folder.path, "work.ts");
    bundle = { hash: built.hash!, path: join(folder.path, "cached.mjs") };
    writeFileSync(bundle.path, built.code!);
    runner = startChild(runtimePaths.runner, {});
    await runner.next((message): message is Extract<FromRunner, { type: "ready" }> => message.type === "ready");
  });
  afterAll(async () => {
    await runner.stop();
    folder.remove();
  });

  function send(callback: Partial<AttemptCallback>, more: Partial<AttemptContext> = {}): AttemptContext {
    const attempt: AttemptContext = {
      attemptId: `attempt-${String(++count)}`,
      ...{ taskId: "t", mapIndex: -1, tryNumber: 2, maxTries: 2, inputs: {}, bundle, env: {} },
      ...{ logPath: join(folder.path, `${String(count)}.log`), executionTimeoutSeconds: null, maxXcomBytes: 1000 },
      run: {
        ...{
          dagId: "work",
          runId: "r1",
          runType: "manual",
          triggeredBy: "test",
          logicalDate: MOMENT,
          conf: {},
          params: {},
        },
        ...{ dataIntervalStart: null, dataIntervalEnd: null, runAfter: MOMENT, startDate: MOMENT },
      },
      callback: { subject: FAILURE, index: 0, dedupeKey: "work:ti1:try2:failure:0", delivery: 2, ...callback },
      ...more,
    };
    runner.send({ type: "run", attempt, now: NOW });
    return attempt;
  }

  async function outcomeOf({ attemptId }: AttemptContext): Promise<AttemptOutcome> {
    const isIt = (message: FromRunner): message is Extract<FromRunner, { type: "finished" }> =>
      message.type === "finished" && message.attemptId === attemptId;
    return (await runner.next(isIt)).outcome;
  }

  const logOf = ({ logPath }: AttemptContext): string => readFileSync(logPath, "utf8");

  it("tells it what it is about, and logs it as an attempt", async () => {
    const attempt = send({});
    expect(await outcomeOf(attempt)).toEqual({ state: "success" });
    const log = logOf(attempt);
    expect(log).toContain("Call 2 of the callback work:ti1:try2:failure:0 starts.");
    expect(log).toContain('[\\"failure\\",\\"t\\",\\"work:ti1:try2:failure:0\\",2,\\"lease_expired\\",\\"gone\\"]');
    expect(log).toContain("The callback succeeded.");
  });

  it("calls each of several by itself, and says which must not be called again", async () => {
    expect(await outcomeOf(send({ index: 1 }))).toMatchObject({
      state: "failed",
      mayRetry: false,
      error: { message: "never again" },
    });
    expect(await outcomeOf(send({ index: 2 }))).toMatchObject({ mayRetry: false, error: { name: "CallbackNotFound" } });
  });

  it("calls those of deadlines and of the Dag, which belong to no task, and masks what they were given", async () => {
    const missed = { name: null, deadline: MOMENT, missedAt: MOMENT, state: "running", index: 0 } as const;
    const ofDeadline = send({ subject: { of: "deadline", kind: "missed", ...missed } }, { taskId: "" });
    expect(await outcomeOf(ofDeadline)).toEqual({ state: "success" });
    expect(logOf(ofDeadline)).toContain("deadline_missed");
    const ended = { state: "success", endDate: MOMENT, reason: "success", taskInstance: null, failed: [] } as const;
    const ofDag = send({ subject: { of: "dag", kind: "success", ...ended, error: null } }, { taskId: "" });
    const asked = await runner.next(
      (message): message is Extract<FromRunner, { type: "request" }> => message.type === "request",
    );
    const value = {
      connectionId: "db",
      connType: "http",
      host: null,
      login: null,
      password: "hunter2hunter2",
      schema: null,
      port: null,
      extra: null,
    };
    runner.send({ type: "response", id: asked.id, response: { kind: "connection", value } });
    expect(await outcomeOf(ofDag)).toMatchObject({
      state: "failed",
      mayRetry: true,
      error: { message: "no login with ***" },
    });
    expect(logOf(ofDag)).not.toContain("hunter2");
  });

  it("ends one that takes too long", async () => {
    const attempt = send(
      { subject: { ...FAILURE, kind: "retry", state: "up_for_retry" } },
      { executionTimeoutSeconds: 0.05 },
    );
    expect(await outcomeOf(attempt)).toMatchObject({ state: "failed", mayRetry: true, error: { kind: "timeout" } });
  });
});
