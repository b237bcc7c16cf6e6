import { hostname } from "node:os";
import { FollowedClock, waitedFor } from "@windlass/contract";
import type { AttemptContext, AttemptOutcome, Clock, FromRunner, ToRunner } from "@windlass/contract";
import { contextStorage } from "../authoring/context.ts";
import type { TaskDefinition } from "../authoring/definition.ts";
import { AttemptAborted } from "../attempt/abort-reason.ts";
import { attemptError } from "../attempt/attempt-error.ts";
import { executeAttempt } from "../attempt/execute.ts";
import { executeCallback } from "../attempt/execute-callback.ts";
import type { TaskIndex } from "../attempt/find-task.ts";
import { makeTaskLog } from "../attempt/task-log.ts";
import { AttemptLog, LOG_LIMITS } from "./attempt-log.ts";
import { BundleCache } from "./bundle-cache.ts";
import type { XcomVault } from "../attempt/xcom-vault.ts";
import { withOwnEnvironment } from "../attempt/own-environment.ts";
import { runnerXcoms } from "./runner-xcoms.ts";
import { Requests } from "./requests.ts";
import { Secrets } from "./secrets.ts";
import { cleanStack } from "./source-positions.ts";

/** What a runner needs of the process it lives in. */
export interface RunnerProcess {
  readonly pid: number;
  send(message: FromRunner, sent?: () => void): void;
  /** Ends the process and everything it started. */
  endGroup(): void;
  /** Sets the attempt's environment and gives the whole one that commands get. */
  enterEnvironment(declared: { readonly [name: string]: string }): { readonly [name: string]: string };
  /** Undoes what the attempt did to the environment and the working folder. */
  leaveEnvironment(): void;
  /** Hands on the rest of an unfinished line of output. */
  finishOutput(): void;
}

/** How long a handler may go on after its time-out before the attempt is reported without it. */
const TIMEOUT_GRACE_MS = 2_000;

interface CurrentAttempt {
  readonly attempt: AttemptContext;
  /** What waits are counted by: the machine's clock may be set meanwhile. */
  readonly clock: Clock;
  readonly log: AttemptLog;
  readonly requests: Requests;
  readonly secrets: Secrets;
  readonly abort: AbortController;
  readonly xcoms: XcomVault;
  readonly timers: NodeJS.Timeout[];
}

/** Executes attempts, one at a time, in a process that stays warm between them. */
export class Runner {
  readonly #process: RunnerProcess;
  readonly #bundles = new BundleCache();
  #current: CurrentAttempt | null = null;
  #lastRequestId = 0;

  constructor(process: RunnerProcess) {
    this.#process = process;
  }

  /** Takes one message of the supervisor. */
  receive(message: ToRunner): void {
    switch (message.type) {
      case "run":
        this.#run(message.attempt, new FollowedClock(message.now, () => performance.now()));
        break;
      case "response":
        this.#current?.requests.answer(message.id, message.response);
        break;
      case "cancel":
        if (this.#current?.attempt.attemptId === message.attemptId) {
          this.#current.abort.abort(new AttemptAborted("cancelled", `The attempt was cancelled: ${message.reason}`));
        }
        break;
      case "preload":
        // A bundle that does not load says so to the attempt that needs it.
        for (const bundle of message.bundles) this.#bundles.load(bundle).catch(() => undefined);
        break;
    }
  }

  /** Takes a line that user code printed. Output of an attempt that has ended is nobody's. */
  print(source: "stdout" | "stderr", level: "debug" | "info" | "warning" | "error" | "critical", event: string): void {
    const author = contextStorage().getStore()?.attemptId;
    if (author !== undefined && author !== this.#current?.attempt.attemptId) return;
    this.#current?.log.write({ level, source, event });
  }

  /** User code broke the process: an error nobody caught, or `process.exit`. The attempt fails and the process ends. */
  crash(kind: "error" | "exit", thrown: unknown): void {
    const current = this.#current;
    if (current === null) return this.#process.endGroup();
    const { path } = current.attempt.bundle;
    const error = attemptError(kind, thrown, (stack) => cleanStack(stack, path));
    this.#finish(current, { state: "failed", error, mayRetry: true }, true);
  }

  #run(attempt: AttemptContext, clock: Clock): void {
    const secrets = new Secrets();
    const log = new AttemptLog(attempt.logPath, attempt.maxLogBytes ?? LOG_LIMITS.bytes, secrets);
    const { attemptId, bundle, callback, run, taskId, tryNumber } = attempt;
    const fields = {
      dag_id: run.dagId,
      task_id: taskId,
      run_id: run.runId,
      try_number: tryNumber,
      attempt_id: attemptId,
    };
    log.write({
      level: "info",
      source: "windlass",
      event: callback
        ? `Call ${String(callback.delivery)} of the callback ${callback.dedupeKey} starts.`
        : `Try ${tryNumber} of ${attempt.maxTries} starts.`,
      fields: { ...fields, hostname: hostname(), pid: this.#process.pid },
      marker: "start",
    });
    const requests = new Requests(
      this.#lastRequestId,
      (id, request) => this.#process.send({ type: "request", id, attemptId, request }),
      secrets,
      () => xcoms,
    );
    const abort = new AbortController();
    const xcoms = runnerXcoms(attempt, abort.signal, (key) => requests.placeXcom(key));
    const current = { attempt, clock, log, requests, secrets, abort, xcoms, timers: [] };
    this.#current = current;
    const loaded = this.#bundles.peek(bundle.hash);
    if (loaded !== undefined) return this.#execute(current, loaded);
    this.#bundles.load(bundle).then(
      (index) => this.#execute(current, index),
      (thrown: unknown) => {
        const error = attemptError("load", thrown, (stack) => cleanStack(stack, bundle.path));
        this.#finish(current, { state: "failed", error, mayRetry: true });
      },
    );
  }

  #execute(current: CurrentAttempt, index: TaskIndex): void {
    const { attempt, clock, abort, log, requests, xcoms } = current;
    const tasks = index.get(attempt.run.dagId);
    const { callback } = attempt;
    const task: TaskDefinition | undefined = tasks?.get(attempt.taskId);
    if (task === undefined && !(callback && tasks)) {
      const message = `The Dag's file at this version has no task ${attempt.taskId} in a Dag ${attempt.run.dagId}.`;
      const error = { kind: "load", name: "TaskNotFound", message, stack: null } as const;
      return this.#finish(current, { state: "failed", error, mayRetry: false });
    }
    if (attempt.executionTimeoutSeconds !== null) this.#startTimeout(current, attempt.executionTimeoutSeconds);
    const surroundings = {
      client: requests,
      xcoms,
      log: makeTaskLog((line) => log.write(line)),
      signal: abort.signal,
      env: this.#process.enterEnvironment(withOwnEnvironment(attempt)),
      cleanStack: (stack: string) => cleanStack(stack, attempt.bundle.path),
      now: () => clock.now(),
    };
    const outcome =
      callback && tasks
        ? executeCallback(tasks, { ...attempt, callback }, surroundings)
        : task && executeAttempt(task, attempt, surroundings);
    // Once aborted, user code may have left commands and timers behind: such a process is not used again.
    void outcome?.then((ended) => this.#finish(current, ended, abort.signal.aborted));
  }

  #startTimeout(current: CurrentAttempt, seconds: number): void {
    const reason = new AttemptAborted(
      "timeout",
      `The task ran longer than its executionTimeout of ${seconds} seconds.`,
    );
    const expire = (): void => {
      current.abort.abort(reason);
      current.timers.push(
        setTimeout(
          () =>
            this.#finish(current, { state: "failed", error: attemptError("timeout", reason), mayRetry: true }, true),
          TIMEOUT_GRACE_MS,
        ),
      );
    };
    // A longer delay than a timer can hold would fire at once.
    current.timers.push(setTimeout(expire, Math.min(seconds * 1000, 2 ** 31 - 1)));
  }

  #finish(current: CurrentAttempt, outcome: AttemptOutcome, last = false): void {
    if (this.#current !== current) return;
    current.timers.forEach(clearTimeout);
    this.#process.finishOutput();
    const said = this.#masked(current, outcome);
    if (said.state === "failed") {
      const { name, message, stack } = said.error;
      current.log.write({ level: "error", source: "windlass", event: stack ?? `${name}: ${message}` });
    }
    current.log.end({
      level: "info",
      source: "windlass",
      event: describe(said, current.attempt.callback ? "callback" : "task"),
    });
    this.#lastRequestId = current.requests.lastId;
    this.#current = null;
    this.#process.leaveEnvironment();
    const message: FromRunner = { type: "finished", attemptId: current.attempt.attemptId, outcome: said };
    this.#process.send(message, last ? () => this.#process.endGroup() : undefined);
  }

  #masked(current: CurrentAttempt, outcome: AttemptOutcome): AttemptOutcome {
    if (outcome.state !== "failed") return outcome;
    const { kind, name, message, stack } = outcome.error;
    const mask = (text: string): string => current.secrets.mask(text);
    return { ...outcome, error: { kind, name, message: mask(message), stack: stack === null ? null : mask(stack) } };
  }
}

function describe(outcome: AttemptOutcome, what: "task" | "callback"): string {
  if (outcome.state === "success") return `The ${what} succeeded.`;
  if (outcome.state === "skipped") return `The task was skipped: ${outcome.reason}`;
  if (outcome.state === "deferred") return `The task waits, without a worker, for ${waitedFor(outcome.trigger)}.`;
  if (outcome.state === "rescheduled") return `The task is started again in ${String(outcome.afterSeconds)} s.`;
  return `The ${what} failed: ${outcome.error.name}: ${outcome.error.message}`;
}
