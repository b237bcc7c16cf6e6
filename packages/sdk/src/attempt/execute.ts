import type { AttemptContext, AttemptOutcome } from "@windlass/contract";
import { type ClientPort, TaskClient } from "../authoring/client.ts";
import { contextStorage, type TaskContext, type TaskLog } from "../authoring/context.ts";
import type { TaskDefinition } from "../authoring/definition.ts";
import { askedOutcome } from "../authoring/outcomes.ts";
import { AttemptAborted } from "./abort-reason.ts";
import { attemptError } from "./attempt-error.ts";
import { typedParams } from "./typed-params.ts";
import { checkXcom } from "./xcom.ts";

/** What an attempt is given by whoever executes it: the runner, or `dag.test`. */
export interface AttemptSurroundings {
  readonly client: ClientPort;
  readonly log: TaskLog;
  readonly signal: AbortSignal;
  /** Environment for commands. */
  readonly env: { readonly [name: string]: string };
  /** Puts a stack into the author's terms. */
  readonly cleanStack: (stack: string) => string;
}

/** The part of an attempt that user code can see. */
export type AttemptFacts = Omit<AttemptContext, "bundle" | "logPath" | "executionTimeoutSeconds" | "env">;

function makeContext(attempt: AttemptFacts, around: AttemptSurroundings, params: Record<string, unknown>): TaskContext {
  const { run } = attempt;
  return {
    dagId: run.dagId,
    taskId: attempt.taskId,
    runId: run.runId,
    mapIndex: attempt.mapIndex,
    tryNumber: attempt.tryNumber,
    maxTries: attempt.maxTries,
    attemptId: attempt.attemptId,
    dagRun: run,
    params,
    inputs: attempt.inputs,
    signal: around.signal,
    env: around.env,
    log: around.log,
    client: new TaskClient(around.client),
  };
}

/** Whether the author's `retries.when` allows another try; a question that itself fails is no reason against one. */
function mayRetry(task: TaskDefinition, thrown: unknown, log: TaskLog): boolean {
  const retries = task.options.retries ?? task.dag.options.defaultTask?.retries;
  if (typeof retries !== "object" || retries.when === undefined) return true;
  try {
    return retries.when(thrown);
  } catch (problem) {
    log.warning("retries.when threw; the task may be tried again", { error: String(problem) });
    return true;
  }
}

function failure(task: TaskDefinition, thrown: unknown, around: AttemptSurroundings): AttemptOutcome {
  const { cleanStack, log, signal } = around;
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  if (reason instanceof AttemptAborted) {
    const error = attemptError(
      reason.kind,
      thrown === reason || !(thrown instanceof Error) ? reason : thrown,
      cleanStack,
    );
    return {
      state: "failed",
      error: { ...error, name: reason.name, message: reason.message },
      mayRetry: reason.kind === "timeout",
    };
  }
  const asked = askedOutcome(thrown);
  if (asked.kind === "skip") return { state: "skipped", reason: asked.reason };
  const error = attemptError("error", thrown, cleanStack);
  if (asked.kind === "fail") return { state: "failed", error, mayRetry: false };
  if (asked.kind === "retry") {
    const after = asked.delaySeconds === undefined ? {} : { retryAfterSeconds: asked.delaySeconds };
    return { state: "failed", error, mayRetry: true, ...after };
  }
  return { state: "failed", error, mayRetry: mayRetry(task, thrown, log) };
}

/**
 * Executes one attempt of a task: the very function that runners and `dag.test` share. Never rejects. The handler's first line runs before
 * this function returns, unless a schema library checks the params asynchronously.
 */
export async function executeAttempt(
  task: TaskDefinition,
  attempt: AttemptFacts,
  around: AttemptSurroundings,
): Promise<AttemptOutcome> {
  try {
    if (task.handler === null) return { state: "success" };
    const typed = typedParams(task.dag.options.params, attempt.run.params);
    const params = typed instanceof Promise ? await typed : typed;
    const context = makeContext(attempt, around, params);
    const result: unknown = await contextStorage().run(context, task.handler, attempt.inputs, context);
    if (
      around.signal.aborted &&
      around.signal.reason instanceof AttemptAborted &&
      around.signal.reason.kind === "timeout"
    ) {
      throw around.signal.reason;
    }
    if ((task.options.doXcomPush ?? task.dag.options.defaultTask?.doXcomPush) === false) return { state: "success" };
    const xcom = checkXcom(result, attempt.maxXcomBytes);
    if (xcom.kind === "refused") return { state: "failed", error: xcom.error, mayRetry: false };
    return xcom.kind === "none" ? { state: "success" } : { state: "success", returnValue: xcom.value };
  } catch (thrown) {
    return failure(task, thrown, around);
  }
}
