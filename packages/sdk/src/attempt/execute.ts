import {
  type AttemptContext,
  type AttemptError,
  type AttemptOutcome,
  type Instant,
  RETURN_VALUE_KEY,
} from "@windlass/contract";
import { OutletEvents } from "../authoring/asset-events.ts";
import { type ClientPort, TaskClient } from "../authoring/client.ts";
import { contextStorage, type TaskContext, type TaskLog } from "../authoring/context.ts";
import { type Deferrals, deferralsOf } from "../authoring/defer.ts";
import { optionOf, type TaskDefinition } from "../authoring/definition.ts";
import { askedOutcome } from "../authoring/outcomes.ts";
import { assetContext } from "./asset-context.ts";
import { AttemptAborted } from "./abort-reason.ts";
import { attemptError } from "./attempt-error.ts";
import { askSensor } from "./ask-sensor.ts";
import { callBeforeHandler } from "./execute-callback.ts";
import { skipOf } from "./skip-of.ts";
import { whyNoLength, whyUnmappable } from "./unmappable.ts";
import { typedParams } from "./typed-params.ts";
import { lateInputsOf } from "./late-inputs.ts";
import { plainVault, type XcomVault } from "./xcom-vault.ts";

/** What an attempt is given by whoever executes it: the runner, or `dag.test`. */
export interface AttemptSurroundings {
  readonly client: ClientPort;
  readonly log: TaskLog;
  readonly signal: AbortSignal;
  /** Environment for commands. */
  readonly env: { readonly [name: string]: string };
  /** Puts a stack into the author's terms. */
  readonly cleanStack: (stack: string) => string;
  /** The moment of now; moved by `dag.test`. */
  readonly now: () => Instant;
  /** Where XComs go and come from. @defaultValue the database alone */
  readonly xcoms?: XcomVault;
  /** A sensor never waits in its process. @defaultValue false */
  readonly neverWaits?: boolean;
}

/** The part of an attempt that user code can see. */
export type AttemptFacts = Omit<AttemptContext, "bundle" | "logPath" | "executionTimeoutSeconds" | "env">;

function makeContext(
  attempt: AttemptFacts,
  around: AttemptSurroundings,
  params: Record<string, unknown>,
  outletEvents: OutletEvents,
): TaskContext {
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
    ...assetContext(around.client, outletEvents),
  };
}

/** Whether the author's `retries.when` allows another try; a question that itself fails is no reason against one. */
function mayRetry(task: TaskDefinition, thrown: unknown, log: TaskLog): boolean {
  const retries = optionOf(task, "retries");
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

/** The attempt's end where its handler waits; undefined where it does not. */
function deferred(deferrals: Deferrals): AttemptOutcome | undefined {
  return deferrals.pending && { state: "deferred", ...deferrals.pending };
}

function failed(kind: AttemptError["kind"], name: string, message: string): AttemptOutcome {
  return { state: "failed", error: { kind, name, message, stack: null }, mayRetry: true };
}

function vaultOf(attempt: AttemptFacts, around: AttemptSurroundings): XcomVault {
  return around.xcoms ?? plainVault(attempt.maxXcomBytes);
}

/** Ends an attempt whose handler gave a result. */
async function succeeded(
  task: TaskDefinition,
  attempt: AttemptFacts,
  around: AttemptSurroundings,
  result: unknown,
): Promise<AttemptOutcome> {
  const skip = skipOf(task.role, result);
  const told = skip === undefined ? {} : { skip };
  if (optionOf(task, "doXcomPush") === false) return { state: "success", ...told };
  const xcom = await vaultOf(attempt, around).keep(RETURN_VALUE_KEY, result);
  if (xcom.kind === "refused") return { state: "failed", error: xcom.error, mayRetry: false };
  if (xcom.kind === "elsewhere") {
    const { elsewhere } = xcom;
    const why = attempt.maxMapLength === undefined ? undefined : whyNoLength(elsewhere.length, attempt.maxMapLength);
    if (why !== undefined) return failed("unmappable", "UnmappableResult", why);
    return { state: "success", returnElsewhere: elsewhere, ...told };
  }
  const value = xcom.kind === "none" ? undefined : xcom.value;
  const unmappable = attempt.maxMapLength === undefined ? undefined : whyUnmappable(value, attempt.maxMapLength);
  if (unmappable !== undefined) return failed("unmappable", "UnmappableResult", unmappable);
  return value === undefined ? { state: "success", ...told } : { state: "success", returnValue: value, ...told };
}

function mapIndexName(task: TaskDefinition, attempt: AttemptFacts, log: TaskLog): { renderedMapIndex?: string } {
  const name = task.options.mapIndexTemplate;
  if (name === undefined || attempt.mapIndex < 0) return {};
  try {
    return { renderedMapIndex: String(name(attempt.inputs)).slice(0, 250) };
  } catch (problem) {
    log.warning("mapIndexTemplate threw; the map index is shown as it is", { error: String(problem) });
    return {};
  }
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
  if (attempt.late !== undefined) {
    try {
      const inputs = await lateInputsOf(attempt.late, vaultOf(attempt, around), new TaskClient(around.client));
      const { late, ...rest } = attempt;
      return await executeAttempt(task, { ...rest, inputs }, around);
    } catch (thrown) {
      return failure(task, thrown, around);
    }
  }
  const outletEvents = new OutletEvents();
  const outcome = await execute(task, attempt, around, outletEvents);
  const assetEvents = outletEvents.take();
  const told = outcome.state === "success" && assetEvents.length > 0 ? { ...outcome, assetEvents } : outcome;
  return { ...told, ...mapIndexName(task, attempt, around.log) };
}

async function execute(
  task: TaskDefinition,
  attempt: AttemptFacts,
  around: AttemptSurroundings,
  outletEvents: OutletEvents,
): Promise<AttemptOutcome> {
  const deferrals: Deferrals = { events: attempt.carry?.events ?? [], now: around.now, used: 0, pending: undefined };
  try {
    const { handler, role } = task;
    const isCalledBefore = optionOf(task, "onExecute") !== undefined;
    if (handler === null && !isCalledBefore) return { state: "success" };
    const typed = typedParams(task.dag.options.params, attempt.run.params);
    const params = typed instanceof Promise ? await typed : typed;
    const context = makeContext(attempt, around, params, outletEvents);
    if (isCalledBefore) await callBeforeHandler(task, context, around);
    if (handler === null) return { state: "success" };
    // The events that a sensor is handed are answers to its own waits.
    if (role.kind !== "sensor") deferralsOf().set(context, deferrals);
    const call = (): unknown => contextStorage().run(context, handler, attempt.inputs, context);
    if (role.kind === "sensor") {
      const answer = await askSensor(role.options, attempt.carry, around, async () => call());
      return answer.kind === "found" ? await succeeded(task, attempt, around, answer.value) : answer.outcome;
    }
    const result: unknown = await call();
    if (
      around.signal.aborted &&
      around.signal.reason instanceof AttemptAborted &&
      around.signal.reason.kind === "timeout"
    ) {
      throw around.signal.reason;
    }
    if (deferrals.pending)
      return failed(
        "error",
        "DeferSwallowed",
        "The handler caught the error with which defer() ends the attempt: let it pass.",
      );
    return await succeeded(task, attempt, around, result);
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === "DeferSignal") {
      const waits = deferred(deferrals);
      if (waits) return waits;
    }
    return failure(task, thrown, around);
  }
}
