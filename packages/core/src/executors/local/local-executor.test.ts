import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttemptContext, instant } from "@windlass/contract";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LocalExecutor } from "./local-executor.ts";

// What it is given to do ends it.
const RUNNER = `process.on("message", () => process.kill(process.pid, "SIGKILL")); process.send({ type: "ready", pid: process.pid });`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "windlass-executor-"));
  writeFileSync(join(folder, "runner.mjs"), RUNNER);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("tells of an attempt whose process was killed when its log has the last line: whoever hears hands it on", async () => {
  const executor = new LocalExecutor({
    runnerPath: join(folder, "runner.mjs"),
    parallelism: 1,
    warmRunners: 1,
    environment: {},
    clock: { now: () => instant("2026-01-01T00:00:00Z") },
  });
  const logPath = join(folder, "logs", "attempt.jsonl");
  const log = await new Promise<string>((resolve) => {
    void executor.start({
      finished: () => {
        resolve(existsSync(logPath) ? readFileSync(logPath, "utf8") : "no log");
      },
      cancelled: () => undefined,
      interrupted: () => undefined,
      answer: () => new Promise(() => undefined),
    });
    executor.run({ attemptId: "attempt", logPath, executionTimeoutSeconds: null } as AttemptContext, 1);
  });
  expect(log).toContain('"marker":"lost"');
  await executor.stop();
});

it("leaves a last line also of an attempt that is cancelled while it waits for a process", async () => {
  writeFileSync(join(folder, "runner.mjs"), "setInterval(() => undefined, 1_000);");
  const executor = new LocalExecutor({
    runnerPath: join(folder, "runner.mjs"),
    parallelism: 1,
    warmRunners: 1,
    environment: {},
    clock: { now: () => instant("2026-01-01T00:00:00Z") },
    graceMs: 0,
  });
  const logPath = join(folder, "logs", "attempt.jsonl");
  const log = await new Promise<string>((resolve) => {
    void executor.start({
      finished: () => undefined,
      cancelled: () => {
        resolve(existsSync(logPath) ? readFileSync(logPath, "utf8") : "no log");
      },
      interrupted: () => undefined,
      answer: () => new Promise(() => undefined),
    });
    executor.run({ attemptId: "attempt", logPath, executionTimeoutSeconds: null } as AttemptContext, 1);
    executor.cancel("attempt", "a hand wanted it");
  });
  expect(log).toContain('"marker":"lost"');
  await executor.stop();
});
