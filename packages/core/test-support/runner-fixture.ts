import { spawn } from "node:child_process";
import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { AttemptContext, AttemptOutcome, FromRunner, JsonObject, ToRunner } from "@windlass/contract";

/**
 * Stands in for the SDK's runner where the engine alone is the subject. What a task does is said by the run's conf under the task's id:
 * `{ "t1": { "fail": 1 } }` fails the first try; `hang`, `exit`, `busy` and `value` likewise; nothing said is success. `first` is the outcome of
 * a try's first attempt as it stands, `spawn` starts a program that outlives its parent.
 */
let current: { readonly attempt: AttemptContext; readonly abort: (reason: string) => void } | undefined;

const send = (message: FromRunner): void => void process.send?.(message);

process.on("message", (message: ToRunner) => {
  if (message.type === "run") void run(message.attempt);
  else if (message.type === "cancel" && current?.attempt.attemptId === message.attemptId) current.abort(message.reason);
});
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(143));
send({ type: "ready", pid: process.pid });

async function run(attempt: AttemptContext): Promise<void> {
  const cancelled = new Promise<AttemptOutcome>((resolve) => {
    current = { attempt, abort: (reason) => resolve(failed(reason)) };
  });
  const outcome = await Promise.race([execute(attempt), cancelled]);
  current = undefined;
  send({ type: "finished", attemptId: attempt.attemptId, outcome });
}

async function execute(attempt: AttemptContext): Promise<AttemptOutcome> {
  const told = attempt.run.conf[attempt.taskId];
  const todo: JsonObject =
    typeof told === "object" && told !== null && !Array.isArray(told) ? (told as JsonObject) : {};
  await mkdir(dirname(attempt.logPath), { recursive: true });
  await appendFile(
    attempt.logPath,
    `${JSON.stringify({ event: "start", pid: process.pid, inputs: attempt.inputs })}\n`,
  );
  const firstTries = (count: unknown): boolean => typeof count === "number" && attempt.tryNumber <= count;
  if (todo["spawn"] === true) {
    const { pid } = spawn("sleep", ["600"], { stdio: "ignore" });
    await appendFile(attempt.logPath, `${JSON.stringify({ event: "spawned", pid })}\n`);
  }
  if (firstTries(todo["exit"])) process.exit(3);
  if (firstTries(todo["kill"])) process.kill(process.pid, "SIGKILL");
  if (firstTries(todo["hang"])) await new Promise(() => undefined);
  if (firstTries(todo["busy"])) for (;;);
  if (firstTries(todo["fail"])) return failed("told to fail");
  if (todo["first"] !== undefined && attempt.carry === undefined) return todo["first"] as unknown as AttemptOutcome;
  if (todo["skip"] === true) return { state: "skipped", reason: "told to skip" };
  return { state: "success", returnValue: todo["value"] ?? { taskId: attempt.taskId, inputs: attempt.inputs } };
}

function failed(message: string): AttemptOutcome {
  return { state: "failed", error: { kind: "error", name: "Error", message, stack: null }, mayRetry: true };
}
