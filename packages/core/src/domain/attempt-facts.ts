import {
  invariant,
  type AttemptContext,
  type AttemptRun,
  type JsonValue,
  type KeptXcom,
  type SerializedTask,
  type XcomKeeping,
} from "@windlass/contract";
import { inputReferences, resolveInputs, type InputScope, type XcomReference } from "./mapping/resolve-inputs.ts";
import { lateInputs, type LateXcom, takesLazy } from "./mapping/late-inputs.ts";
import { indexOf } from "./run-index.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "./snapshot.ts";

/** What an attempt is told, wherever it runs: everything but what lies on the machine it runs on. */
export type AttemptFacts = Omit<AttemptContext, "bundle" | "logPath" | "env">;

/** What of a run decisions do not need and attempts do. */
export type RunOrigin = Pick<
  AttemptRun,
  "triggeredBy" | "dataIntervalStart" | "dataIntervalEnd" | "params" | "partitionKey"
>;

/** Bounds that an installation sets to results. */
export interface ResultBounds {
  readonly maxXcomBytes: number;
  readonly maxMapLength: number;
  readonly xcomKeeping?: XcomKeeping | undefined;
}

/** XComs that an attempt takes and whose values are not at hand. */
export interface KeptInputs {
  readonly kept: readonly KeptXcom[];
  /** Which of them an XCom is, and how many elements it has; undefined where its value is at hand. */
  readonly find: (reference: XcomReference) => { readonly at: number; readonly length: number | null } | undefined;
}

/** The XComs that a task instance takes as inputs. */
export function inputsOf(run: RunSnapshot, instance: TaskInstanceSnapshot): readonly XcomReference[] {
  return inputReferences(scopeOf(run, instance));
}

/** Makes what an attempt is told. @param xcom gives the XComs that `inputsOf` names; undefined where there is none */
export function attemptFacts(
  run: RunSnapshot,
  { triggeredBy, dataIntervalStart, dataIntervalEnd, params, partitionKey }: RunOrigin,
  instance: TaskInstanceSnapshot,
  { maxXcomBytes, maxMapLength, xcomKeeping }: ResultBounds,
  xcom: (reference: XcomReference) => JsonValue | undefined,
  kept?: KeptInputs,
): AttemptFacts {
  const { graph, dagId, runId, runType, logicalDate, runAfter, startDate, conf } = run;
  const task = taskOf(run, instance);
  const { attemptId, taskId, mapIndex, tryNumber, maxTries, carry } = instance;
  return {
    attemptId,
    taskId,
    mapIndex,
    tryNumber,
    maxTries: maxTries + 1,
    run: {
      dagId,
      runId,
      runType,
      triggeredBy,
      logicalDate,
      dataIntervalStart,
      dataIntervalEnd,
      ...(partitionKey != null && { partitionKey }),
      runAfter,
      startDate,
      conf,
      params,
    },
    ...inputsFor(scopeOf(run, instance), xcom, kept),
    ...(xcomKeeping && { xcomKeeping }),
    ...(carry && { carry }),
    ...(graph.mappedOver.has(taskId) && !graph.expansions.has(taskId) && { maxMapLength }),
    ...(task.env && { ownEnv: task.env }),
    ...(task.resources && { resources: task.resources }),
    executionTimeoutSeconds: task.executionTimeoutSeconds,
    maxXcomBytes,
  };
}

function inputsFor(
  scope: InputScope,
  xcom: (reference: XcomReference) => JsonValue | undefined,
  kept: KeptInputs | undefined,
): Pick<AttemptFacts, "inputs" | "late"> {
  if (kept === undefined && !takesLazy(scope.task)) return { inputs: resolveInputs(scope, xcom) };
  const late = lateInputs(scope, (reference): LateXcom => {
    const elsewhere = kept?.find(reference);
    if (elsewhere !== undefined) return elsewhere;
    const value = xcom(reference);
    return value === undefined ? undefined : { value };
  });
  return { inputs: {}, late: { ...late, kept: kept?.kept ?? [] } };
}

function taskOf(run: RunSnapshot, { taskId }: TaskInstanceSnapshot): SerializedTask {
  const task = run.graph.tasks.get(taskId);
  invariant(task, `run ${run.runId} has a task instance of ${taskId}, which its Dag does not have`);
  return task;
}

function scopeOf(run: RunSnapshot, instance: TaskInstanceSnapshot): InputScope {
  const { graph, taskInstances } = run;
  const { instances } = indexOf(graph, taskInstances);
  return {
    graph,
    task: taskOf(run, instance),
    mapIndex: instance.mapIndex,
    indexesOf: (taskId) =>
      (instances[graph.position.get(taskId) ?? -1] ?? []).flatMap((at) => taskInstances[at]?.mapIndex ?? []),
  };
}
