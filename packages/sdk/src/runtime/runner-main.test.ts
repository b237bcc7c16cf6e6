import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AttemptContext,
  type AttemptOutcome,
  type FromRunner,
  type Instant,
  type JsonObject,
  KILLED_WITH_PARENT,
  type LogLine,
  type ToRunner,
} from "@windlass/contract";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { processState, startChild, type TalkingChild, temporaryFolder, until } from "../../test-support/child.ts";
import { bundleFile } from "./bundle.ts";
import { runtimePaths } from "./index.ts";

type Finished = Extract<FromRunner, { type: "finished" }>;
type Request = Extract<FromRunner, { type: "request" }>;

// What the supervisor says; the machine's own clock says something else.
const NOW = "2026-01-01T00:00:00.000000Z" as Instant;

const DAG = `
import { Dag, defer, FailWithoutRetry, getClient, getContext, RetryAfter, SkipTask, until } from "windlass";
const dag = new Dag("work", { defaultTask: { retries: { attempts: 1, when: (error) => (error as Error).name !== "TypeError" } } });
const task = (id: string, handler: (inputs: any, ctx: any) => unknown, options = {}) => dag.task(id, handler, options)({});
task("hello", async ({ name }) => {
  console.log("hello %s", name);
  console.warn("careful");
  process.stderr.write("half");
  await Promise.resolve();
  const { params, log, tryNumber } = getContext();
  log.info("structured", { params, tryNumber });
  return { greeting: "hello " + name, region: params.region };
});
task("fails", () => {
  const wrong: string = "wrong";
  throw new RangeError("on purpose: " + wrong);
});
task("typeError", () => { throw new TypeError("useless to repeat"); });
task("noRetry", () => { throw new FailWithoutRetry("bad input"); });
task("skips", () => { throw new SkipTask("nothing to do"); });
task("defers", () => defer(until.duration("1h")));
task("later", () => { throw new RetryAfter("90s"); });
task("nan", () => ({ rows: [1, NaN] }));
task("large", () => "x".repeat(5000));
task("nothing", () => undefined);
task("quiet", () => 1, { doXcomPush: false });
task("exits", () => { process.exit(3); });
task("floats", async () => { void Promise.reject(new Error("nobody waits")); await new Promise(() => {}); });
task("loops", () => { for (;;); });
task("waits", (_inputs, { signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))));
task("stubborn", () => new Promise(() => setInterval(() => {}, 1000)));
task("flood", () => { for (let i = 0; i < 50_000; i++) console.log("line " + i); return "done"; });
task("secret", async () => {
  const connection = await getClient().getConnectionOrThrow("db");
  console.log("password is", connection.password);
  console.log(encodeURIComponent(connection.password!));
  throw new Error("cannot log in with " + connection.password);
});
task("asks", async () => {
  const client = getClient();
  await client.setXcom("extra", [1]);
  return [await client.getVariable("greeting"), await client.getXcom({ taskId: "hello" }), await client.getXcom({ taskId: "none" })];
});
task("environment", () => { const seen = { ...process.env }; process.env.LEFT = "1"; return seen; });
dag.bash("bash", { script: 'echo "first"; echo "problem" >&2; echo "last $NAME"', env: { NAME: ({ params }: any) => params.region } });
dag.bash("argv", { argv: ["printf", "%s", '"; rm -rf / #'] });
dag.bash("bashFails", { script: "exit 7" });
dag.bash("bashSkips", { script: "exit 99" });
dag.bash("sleeps", { script: "sleep 600; echo never" });
dag.sql("sqlite", { connection: "file", statement: "select ? as a, 'x' as b", parameters: [({ params }: any) => params.region] });
`;

describe("the runner process", () => {
  const folder = temporaryFolder({ "work.ts": DAG });
  let bundle: { hash: string; path: string };
  let runner: TalkingChild<ToRunner, FromRunner>;
  let count = 0;

  async function start(): Promise<void> {
    runner = startChild(runtimePaths.runner, { SHELL_WORD: "kept" });
    await runner.next((message): message is Extract<FromRunner, { type: "ready" }> => message.type === "ready");
  }

  beforeAll(async () => {
    const built = await bundleFile(folder.path, "work.ts");
    bundle = { hash: built.hash!, path: join(folder.path, "cached.mjs") };
    writeFileSync(bundle.path, built.code!);
    await start();
  });
  afterAll(async () => {
    await runner.stop();
    folder.remove();
  });
  afterEach(async () => {
    if (runner.child.exitCode === null && runner.child.signalCode === null) return;
    await start();
  });

  function attempt(taskId: string, more: Partial<AttemptContext> = {}): AttemptContext {
    const moment = "2026-01-01T00:00:00.000000Z" as Instant;
    const params = { region: "eu" };
    const run = {
      dagId: "work",
      runId: "r1",
      runType: "manual",
      triggeredBy: "test",
      logicalDate: moment,
      conf: params,
      params,
    } as const;
    return {
      attemptId: `attempt-${++count}`,
      taskId,
      mapIndex: -1,
      tryNumber: 1,
      maxTries: 2,
      run: { ...run, dataIntervalStart: moment, dataIntervalEnd: moment, runAfter: moment, startDate: moment },
      inputs: {},
      bundle,
      logPath: join(folder.path, "logs", `${count}.log`),
      executionTimeoutSeconds: null,
      maxXcomBytes: 1000,
      env: {},
      ...more,
    };
  }

  const finished = (id: string): Promise<Finished> =>
    runner.next((message): message is Finished => message.type === "finished" && message.attemptId === id);
  const asked = (): Promise<Request> => runner.next((message): message is Request => message.type === "request");

  async function run(
    taskId: string,
    more: Partial<AttemptContext> = {},
  ): Promise<{ outcome: AttemptOutcome; log: LogLine[] }> {
    const given = attempt(taskId, more);
    runner.send({ type: "run", attempt: given, now: NOW });
    const { outcome } = await finished(given.attemptId);
    return { outcome, log: logOf(given) };
  }

  function logOf(given: AttemptContext): LogLine[] {
    const lines = readFileSync(given.logPath, "utf8").trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  it("executes a handler and gives its result, with console and log captured", async () => {
    const { outcome, log } = await run("hello", { inputs: { name: "Ada" } });
    expect(outcome).toEqual({ state: "success", returnValue: { greeting: "hello Ada", region: "eu" } });
    expect(log.map(({ level, source, event, marker }) => [level, source, event, marker])).toEqual([
      ["info", "windlass", "Try 1 of 2 starts.", "start"],
      ["info", "stdout", "hello Ada", undefined],
      ["warning", "stderr", "careful", undefined],
      ["info", "task", "structured", undefined],
      ["error", "stderr", "half", undefined],
      ["info", "windlass", "The task succeeded.", "end"],
    ]);
    expect(log[3]!.fields).toEqual({ params: { region: "eu" }, tryNumber: 1 });
  });

  it("reports an error with the author's file and line", async () => {
    const { outcome, log } = await run("fails");
    expect(outcome).toMatchObject({
      state: "failed",
      mayRetry: true,
      error: { kind: "error", name: "RangeError", message: "on purpose: wrong" },
    });
    const { stack } = (outcome as Extract<AttemptOutcome, { state: "failed" }>).error;
    expect(stack).toMatch(/at .*work\.ts:16:\d+/);
    expect(stack).not.toContain(folder.path);
    expect(log.at(-2)).toMatchObject({ level: "error", source: "windlass" });
  });

  it("understands what an error asks for", async () => {
    expect((await run("typeError")).outcome).toMatchObject({ state: "failed", mayRetry: false });
    expect((await run("noRetry")).outcome).toMatchObject({
      state: "failed",
      mayRetry: false,
      error: { message: "bad input" },
    });
    expect((await run("skips")).outcome).toEqual({ state: "skipped", reason: "nothing to do" });
    expect((await run("later")).outcome).toMatchObject({ state: "failed", mayRetry: true, retryAfterSeconds: 90 });
  });

  it("counts a wait from the moment that its supervisor told, not from the machine's", async () => {
    const { outcome } = await run("defers");
    expect(outcome).toMatchObject({ state: "deferred", trigger: { kind: "moment" } });
    expect(JSON.stringify(outcome)).toContain('"moment":"2026-01-01T01:0');
  });

  it("refuses a result that is no JSON or is too large, and keeps none where there is none", async () => {
    const nan = await run("nan");
    expect(nan.outcome).toMatchObject({ state: "failed", mayRetry: false, error: { kind: "xcom-not-json" } });
    expect(JSON.stringify(nan.outcome)).toContain("the result.rows[1] is NaN");
    expect((await run("large")).outcome).toMatchObject({ state: "failed", error: { kind: "xcom-too-large" } });
    expect((await run("nothing")).outcome).toEqual({ state: "success" });
    expect((await run("quiet")).outcome).toEqual({ state: "success" });
  });

  it("asks its supervisor for connections, variables and XComs", async () => {
    const given = attempt("asks");
    runner.send({ type: "run", attempt: given, now: NOW });
    const answers: Readonly<Record<string, JsonObject>> = {
      setXcom: { kind: "done" },
      getVariable: { kind: "variable", value: "hello" },
      hello: { kind: "xcom", found: true, kept: { kind: "value", value: { a: 1 } } },
      none: { kind: "xcom", found: false, kept: { kind: "value", value: null } },
    };
    for (let i = 0; i < 4; i++) {
      const { id, attemptId, request } = await asked();
      expect(attemptId).toBe(given.attemptId);
      const response = answers[request.kind === "getXcom" ? request.taskId : request.kind];
      runner.send({ type: "response", id, response: response as never });
    }
    expect((await finished(given.attemptId)).outcome).toEqual({
      state: "success",
      returnValue: ["hello", { a: 1 }, null],
    });
  });

  it("keeps secrets out of log and error in every form", async () => {
    const given = attempt("secret");
    runner.send({ type: "run", attempt: given, now: NOW });
    const { id } = await asked();
    const value = {
      connectionId: "db",
      connType: "postgres",
      host: "h",
      login: "u",
      password: "s3cr#t/pw",
      schema: null,
      port: null,
      extra: null,
    };
    runner.send({ type: "response", id, response: { kind: "connection", value } });
    const { outcome } = await finished(given.attemptId);
    const everything = readFileSync(given.logPath, "utf8") + JSON.stringify(outcome);
    expect(everything).toContain("password is ***");
    expect(everything).not.toContain("s3cr");
  });

  it("shows user code the declared environment, and undoes what it changes", async () => {
    const first = await run("environment", { env: { REGION: "eu" } });
    expect(first.outcome).toMatchObject({ returnValue: { REGION: "eu", SHELL_WORD: "kept" } });
    const second = await run("environment");
    const seen = (second.outcome as { returnValue: JsonObject }).returnValue;
    expect(seen).not.toHaveProperty("REGION");
    expect(seen).not.toHaveProperty("LEFT");
  });

  it("runs scripts and programs with values by environment and argument only", async () => {
    const { outcome, log } = await run("bash", { inputs: { env: {}, argv: {} } });
    expect(outcome).toEqual({ state: "success", returnValue: "last eu" });
    expect(log.filter((line) => line.source === "task").map((line) => [line.level, line.event])).toEqual(
      expect.arrayContaining([
        ["info", "first"],
        ["warning", "problem"],
        ["info", "last eu"],
      ]),
    );
    const argv = { "0": "printf", "1": "%s", "2": '"; rm -rf / #' };
    expect((await run("argv", { inputs: { env: {}, argv } })).outcome).toEqual({
      state: "success",
      returnValue: '"; rm -rf / #',
    });
    const none = { inputs: { env: {}, argv: {} } };
    expect((await run("bashFails", none)).outcome).toMatchObject({ state: "failed", error: { name: "CommandFailed" } });
    expect((await run("bashSkips", none)).outcome).toMatchObject({ state: "skipped" });
  });

  it("runs a statement on SQLite with parameters", async () => {
    const given = attempt("sqlite", { inputs: { parameters: {} } });
    runner.send({ type: "run", attempt: given, now: NOW });
    const { id } = await asked();
    const value = {
      connectionId: "file",
      connType: "sqlite",
      host: ":memory:",
      login: null,
      password: null,
      schema: null,
      port: null,
      extra: null,
    };
    runner.send({ type: "response", id, response: { kind: "connection", value } });
    expect((await finished(given.attemptId)).outcome).toEqual({ state: "success", returnValue: [{ a: "eu", b: "x" }] });
  });

  it("caps a flood of log lines without blocking the task", async () => {
    const { outcome, log } = await run("flood", { maxLogBytes: 100_000 });
    expect(outcome).toEqual({ state: "success", returnValue: "done" });
    expect(log.at(-2)).toMatchObject({ marker: "dropped" });
    expect(log.at(-1)).toMatchObject({ marker: "end" });
    expect(log.length).toBeLessThan(5000);
  });

  it("fails a task that is unknown at this version, or whose bundle does not load", async () => {
    expect((await run("unknown")).outcome).toMatchObject({ state: "failed", mayRetry: false, error: { kind: "load" } });
    const path = join(folder.path, "broken.mjs");
    writeFileSync(path, `throw new Error("not today");`);
    const broken = await run("hello", { bundle: { hash: "broken", path } });
    expect(broken.outcome).toMatchObject({ state: "failed", error: { kind: "load", message: "not today" } });
  });

  it("aborts by signal when it is cancelled or takes too long, and then ends so that nothing is left behind", async () => {
    const given = attempt("waits");
    runner.send({ type: "run", attempt: given, now: NOW });
    runner.send({ type: "cancel", attemptId: given.attemptId, reason: "by hand" });
    expect((await finished(given.attemptId)).outcome).toMatchObject({
      state: "failed",
      mayRetry: false,
      error: { kind: "cancelled" },
    });
    await runner.exited;
    await start();
    expect(
      (await run("sleeps", { inputs: { env: {}, argv: {} }, executionTimeoutSeconds: 0.05 })).outcome,
    ).toMatchObject({
      state: "failed",
      mayRetry: true,
      error: { kind: "timeout" },
    });
    await runner.exited;
  });

  it("reports a time-out also where the handler does not listen", async () => {
    expect((await run("stubborn", { executionTimeoutSeconds: 0.05 })).outcome).toMatchObject({
      error: { kind: "timeout" },
    });
    await runner.exited;
  });

  it("reports process.exit and errors that nobody caught, and then ends", async () => {
    expect((await run("exits")).outcome).toMatchObject({ state: "failed", mayRetry: true, error: { kind: "exit" } });
    await runner.exited;
    await start();
    expect((await run("floats")).outcome).toMatchObject({
      state: "failed",
      error: { kind: "error", message: "nobody waits" },
    });
    await runner.exited;
  });

  it("ends when the channel to its supervisor closes", async () => {
    runner.child.disconnect();
    expect((await runner.exited).signal).toBe("SIGKILL");
  });

  it.runIf(process.platform === "linux")("has no thread that watches for it where the kernel does", async () => {
    const threads = async (args: readonly string[]): Promise<number> => {
      const child = fork(runtimePaths.runner, args, { detached: true, execArgv: [] });
      await once(child, "message");
      const count = readdirSync(`/proc/${String(child.pid)}/task`).length;
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
      return count;
    };
    expect(await threads([KILLED_WITH_PARENT])).toBe((await threads([])) - 1);
  });

  it("ends when its supervisor is killed while user code blocks the event loop", async () => {
    const given = attempt("loops");
    const supervisor = startChild<object, { pid: number }>(
      join(import.meta.dirname, "../../test-support/supervisor.ts"),
    );
    supervisor.send({ entry: runtimePaths.runner, attempt: given });
    const { pid } = await supervisor.next((message): message is { pid: number } => message.pid > 0);
    await until(() => readFileSync(given.logPath, "utf8").includes("starts"));
    await supervisor.stop();
    await until(() => processState(pid) === "gone");
  });
});
