import type { AttemptCallback, AttemptOutcome, CallbackSubject } from "@windlass/contract";
import { CALLBACK_OPTIONS, callbackList, subjectFacts } from "../authoring/callbacks.ts";
import { TaskClient } from "../authoring/client.ts";
import { contextStorage, type TaskContext } from "../authoring/context.ts";
import { type DagDefinition, optionOf, type TaskDefinition } from "../authoring/definition.ts";
import { askedOutcome } from "../authoring/outcomes.ts";
import { assetContext } from "./asset-context.ts";
import { AttemptAborted } from "./abort-reason.ts";
import { attemptError } from "./attempt-error.ts";
import type { AttemptFacts, AttemptSurroundings } from "./execute.ts";
import { typedParams } from "./typed-params.ts";

/** A callback's attempt. */
export type CallbackFacts = AttemptFacts & { readonly callback: AttemptCallback };

function functionsOf(
  dag: DagDefinition,
  tasks: ReadonlyMap<string, TaskDefinition>,
  subject: CallbackSubject,
): readonly unknown[] {
  switch (subject.of) {
    case "task": {
      const task = tasks.get(subject.taskId);
      return task === undefined ? [] : callbackList(optionOf(task, CALLBACK_OPTIONS[subject.kind]));
    }
    case "dag":
      return callbackList(dag.options[CALLBACK_OPTIONS[subject.kind]]);
    case "deadline":
      return callbackList(dag.options.deadlines?.[subject.index]?.options.callback);
  }
}

/**
 * Calls one function of the author's because of something; the very function that runners and `dag.test` share. Never rejects.
 * @param tasks the Dag's tasks by id
 */
export async function executeCallback(
  tasks: ReadonlyMap<string, TaskDefinition>,
  attempt: CallbackFacts,
  around: AttemptSurroundings,
): Promise<AttemptOutcome> {
  const { run, callback, inputs, attemptId } = attempt;
  const { subject, dedupeKey, delivery, index } = callback;
  const dag = tasks.values().next().value?.dag;
  const call = dag && functionsOf(dag, tasks, subject)[index];
  if (dag === undefined || typeof call !== "function") {
    const message = `The Dag's file at this version has no such callback (${subject.of}, ${subject.kind}, ${String(index)}).`;
    return {
      state: "failed",
      error: { kind: "load", name: "CallbackNotFound", message, stack: null },
      mayRetry: false,
    };
  }
  try {
    const typed = typedParams(dag.options.params, run.params);
    const params = typed instanceof Promise ? await typed : typed;
    const { signal, env, log } = around;
    const facts = { dagId: run.dagId, runId: run.runId, dagRun: run, params, signal, env, log, attemptId, inputs };
    // `getContext()` and `getClient()` work in what a callback calls, too.
    const base: TaskContext = {
      ...facts,
      taskId: attempt.taskId,
      mapIndex: attempt.mapIndex,
      tryNumber: attempt.tryNumber,
      maxTries: attempt.maxTries,
      client: new TaskClient(around.client),
      ...assetContext(around.client),
    };
    const context = { ...base, ...subjectFacts(subject), dedupeKey, delivery, error: errorOf(subject) };
    await contextStorage().run(base, async () => (call as (given: unknown) => unknown)(context));
    if (signal.aborted && signal.reason instanceof AttemptAborted) throw signal.reason;
    return { state: "success" };
  } catch (thrown) {
    const aborted: unknown = around.signal.aborted ? around.signal.reason : undefined;
    const kind = aborted instanceof AttemptAborted ? aborted.kind : "error";
    return {
      state: "failed",
      error: attemptError(kind, thrown, around.cleanStack),
      mayRetry: askedOutcome(thrown).kind !== "fail",
    };
  }
}

function errorOf(subject: CallbackSubject): unknown {
  return subject.of === "deadline" ? null : subject.error;
}

/**
 * Calls what a task wants called before its handler, with the handler's own context. As on Airflow one that throws is noted in the log, and the
 * attempt goes on.
 */
export async function callBeforeHandler(
  task: TaskDefinition,
  context: TaskContext,
  around: Pick<AttemptSurroundings, "log" | "cleanStack">,
): Promise<void> {
  for (const [index, call] of callbackList(optionOf(task, "onExecute")).entries()) {
    try {
      await contextStorage().run(context, async () => (call as (given: TaskContext) => unknown)(context));
    } catch (thrown) {
      const { name, message, stack } = attemptError("error", thrown, around.cleanStack);
      around.log.error(`onExecute threw ${name}: ${message}`, { index, stack });
    }
  }
}
