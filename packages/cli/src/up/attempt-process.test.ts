import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtimePaths } from "@windlass/sdk/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testEngine, type TestEngine } from "../../../core/test-support/test-engine.ts";

/** What no other process on the machine is called. */
const MARK = `sleep 9${String(process.pid)}`;

// One task in each of these Dags misbehaves, or asks how its process is.
const DAGS = `
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { Dag, getContext } from "windlass";
const MARK = ${JSON.stringify(MARK)};
const one = (id, handler, options) => { const dag = new Dag(id, { requires: { env: ["WINDLASS_DAG_ONE", "SERVER_ONLY"] } }); dag.task("it", handler, options)(); return dag; };

export const heap = one("heap", () => { const all = []; for (;;) all.push(new Array(10_000).fill(all.length)); }, { resources: { memory: "96MB" } });
export const buffers = one("buffers", async () => {
  const all = [];
  for (;;) { all.push(Buffer.alloc(8 * 1024 * 1024, 1)); await new Promise((resolve) => setTimeout(resolve, 20)); }
}, { resources: { memory: "192MB" } });
const child = new Dag("child");
child.bash("it", { script: "head -c 400000000 /dev/zero | tail", resources: { memory: "192MB" } });
export { child };
export const bounds = one("bounds", () => [getPriority(), process.execArgv, process.env.PLAIN, process.env.RENAMED, process.env.WINDLASS_DAG_ONE, getContext().env.PLAIN, process.env.SERVER_ONLY ?? "kept back"],
  { resources: { memory: "256MB", nice: 7 }, env: { PLAIN: "text", RENAMED: { fromEnv: "WINDLASS_DAG_ONE" } } });
export const plain = one("plain", () => [process.env.PLAIN ?? null, process.env.RENAMED ?? null, process.execArgv.length, getPriority()]);
export const killed = one("killed", () => process.kill(process.pid, "SIGSEGV"));
const escapes = new Dag("escapes");
// Deaf to SIGTERM, with a child in the same group, one in a session of its own, and a daemon twice forked.
escapes.bash("it", { script: "trap '' TERM; " + MARK + " & setsid " + MARK + " & (setsid sh -c '" + MARK + " & " + MARK + " &') ; echo ready; " + MARK, executionTimeout: "1s" });
export { escapes };
export const stubborn = one("stubborn", () => { process.on("SIGTERM", () => undefined); spawn("setsid", MARK.split(" "), { stdio: "ignore", detached: true }); for (;;); }, { executionTimeout: "1s" });
export const line = one("line", () => { process.stdout.write("x".repeat(200 * 1024 * 1024)); process.stdout.write(Buffer.from([0xff, 0x00, 0xfe, 0x0a])); return "survived"; });
export const flood = one("flood", () => { const text = "y".repeat(30_000); for (let at = 0; at < 4_000; at += 1) console.log(text); return "survived"; });
`;

let test: TestEngine;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "windlass-process-"));
  mkdirSync(join(folder, "dags"));
  writeFileSync(join(folder, "dags/all.ts"), DAGS);
  test = await testEngine({
    runnerPath: runtimePaths.runner,
    parserPath: runtimePaths.parser,
    dagsFolder: join(folder, "dags"),
    environment: { PATH: process.env.PATH, WINDLASS_DAG_ONE: "one", SERVER_ONLY: "a secret of the server" },
  });
  await test.engine.dagProcessor.runOnce();
});
afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  expect(test.problems).toEqual([]);
  await test[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function ended(dagId: string) {
  const run = await test.trigger(dagId);
  const { state } = await test.over(run);
  const [row] = await test.database.query<{ kind: string | null; message: string | null; value: unknown }>(
    `select error ->> 'kind' as kind, error ->> 'message' as message, x.value from task_instance t
     left join xcom x on x.task_instance_id = t.id where t.dag_run_id = $1`,
    [run],
  );
  return { state, ...row };
}

/** Command lines that hold a text. */
function running(text: string): readonly string[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ").trim();
      return line === text ? [line] : [];
    } catch {
      return [];
    }
  });
}

describe("the process of an attempt", () => {
  it("is ended where it holds more memory than its task may: on the heap, beside it, or in what it started", async () => {
    for (const dagId of ["heap", "buffers", "child"]) {
      const { state, kind, message } = await ended(dagId);
      expect([dagId, state, kind]).toEqual([dagId, "failed", "out-of-memory"]);
      expect(message).toMatch(/memory/);
    }
  });

  it("is one of its own where the task has bounds, and has of the server's environment what is declared and handed out", async () => {
    expect(await ended("bounds")).toMatchObject({
      state: "success",
      value: [7, ["--max-old-space-size=256"], "text", "one", "one", "text", "kept back"],
    });
    const here = (await ended("plain")).value as unknown[];
    expect(here.slice(0, 3)).toEqual([null, null, 0]);
    expect(here[3]).not.toBe(7);
  });

  it("is named by the signal that ended it", async () => {
    expect(await ended("killed")).toMatchObject({
      state: "failed",
      kind: "signal",
      message: expect.stringMatching("SIGSEGV"),
    });
  });

  it("ends with all that it started, whatever group, session or parent that has, before the task is over", async () => {
    for (const dagId of ["escapes", "stubborn"]) {
      const { state, kind } = await ended(dagId);
      expect([dagId, state, kind]).toEqual([dagId, "failed", "timeout"]);
    }
    expect(running(MARK)).toEqual([]);
  });

  it("survives a line of 200 MB, bytes that are no text, and a flood, and its log is capped", async () => {
    expect(await ended("line")).toMatchObject({ state: "success", value: "survived" });
    expect(await ended("flood")).toMatchObject({ state: "success", value: "survived" });
    const logs = join(test.folder, "logs");
    const sizes = readdirSync(logs, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => readFileSync(join(each.parentPath, each.name)).length);
    expect(Math.max(...sizes)).toBeLessThan(66 * 1024 * 1024);
    expect(Math.max(...sizes)).toBeGreaterThan(60 * 1024 * 1024);
  });
});
