import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type {
  AttemptContext,
  AttemptOutcome,
  AttemptRequest,
  AttemptResponse,
  FromRunner,
  JsonObject,
  ToRunner,
} from "@windlass/contract";

/**
 * Stands in for the SDK's runner where the engine alone is the subject. What a task does is said by the run's conf under the task's id:
 * `{ "t1": { "fail": 1 } }` fails the first try; `hang`, `exit`, `busy` and `value` likewise; nothing said is success, and after `valueOfTries`
 * tries without a value. `first` is the outcome of
 * a try's first attempt as it stands, `until` waits for a file (and makes one with the ending `.begun`), `spawn` starts a program that outlives its parent. Of callbacks the same under `callback`, by delivery in place
 * of the try; `callbacks` of one kind alone, such as `callback_retry`, go before.
 */
let current: { readonly attempt: AttemptContext; readonly abort: (reason: string) => void } | undefined;

const send = (message: FromRunner): void => void process.send?.(message);

const answers = new Map<number, (response: AttemptResponse) => void>();

process.on("message", (message: ToRunner) => {
  if (message.type === "response") answers.get(message.id)?.(message.response);
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
  const { callback } = attempt;
  const { conf } = attempt.run;
  const told = callback ? (conf[`callback_${callback.subject.kind}`] ?? conf["callback"]) : conf[attempt.taskId];
  const todo: JsonObject =
    typeof told === "object" && told !== null && !Array.isArray(told) ? (told as JsonObject) : {};
  await mkdir(dirname(attempt.logPath), { recursive: true });
  await appendFile(
    attempt.logPath,
    `${JSON.stringify({ event: "start", pid: process.pid, inputs: attempt.inputs, ...(callback && { callback }) })}\n`,
  );
  const firstTries = (count: unknown): boolean =>
    typeof count === "number" && (callback?.delivery ?? attempt.tryNumber) <= count;
  if (todo["spawn"] === true) {
    const { pid } = spawn("sleep", ["600"], { stdio: "ignore" });
    await appendFile(attempt.logPath, `${JSON.stringify({ event: "spawned", pid })}\n`);
  }
  if (firstTries(todo["exit"])) process.exit(3);
  if (firstTries(todo["kill"])) process.kill(process.pid, "SIGKILL");
  if (firstTries(todo["hang"])) await new Promise(() => undefined);
  if (firstTries(todo["busy"])) for (;;);
  const until = todo["until"];
  if (typeof until === "string") await appendFile(`${until}.begun`, "");
  while (typeof until === "string" && !existsSync(until)) await delay(20);
  if (firstTries(todo["fail"])) return failed("told to fail");
  if (todo["ask"] === true) return asked(attempt);
  if (todo["first"] !== undefined && attempt.carry === undefined) return todo["first"] as unknown as AttemptOutcome;
  if (todo["skip"] === true) return { state: "skipped", reason: "told to skip" };
  if (todo["valueOfTries"] !== undefined && !firstTries(todo["valueOfTries"])) return { state: "success" };
  return { state: "success", returnValue: todo["value"] ?? { taskId: attempt.taskId, inputs: attempt.inputs } };
}

/** Asks for one of everything, and notes the answers in the log. */
async function asked({ attemptId, logPath, run: { runId } }: AttemptContext): Promise<AttemptOutcome> {
  const requests: readonly AttemptRequest[] = [
    { kind: "getConnection", connectionId: "c" },
    { kind: "getVariable", key: "v" },
    { kind: "getXcom", taskId: "t0", key: "return_value", runId },
    { kind: "setXcom", key: "k", value: 1 },
  ];
  for (const [id, request] of requests.entries()) {
    const response = await new Promise<AttemptResponse>((resolve) => {
      answers.set(id, resolve);
      send({ type: "request", id, attemptId, request });
    });
    await appendFile(logPath, `${JSON.stringify({ event: "answer", response })}\n`);
  }
  return { state: "success" };
}

function failed(message: string): AttemptOutcome {
  return { state: "failed", error: { kind: "error", name: "Error", message, stack: null }, mayRetry: true };
}
