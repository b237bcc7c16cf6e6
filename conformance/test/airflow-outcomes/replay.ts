import {
  type AttemptOutcome,
  instant,
  NOT_MAPPED,
  type SerializedExpand,
  type SerializedInput,
  type SerializedTask,
} from "@windlass/contract";
import {
  advance,
  apply,
  applyOutcome,
  attemptStarted,
  buildGraph,
  type RunSnapshot,
  type TaskInstanceSnapshot,
} from "@windlass/core/domain";
import { testDag, testTask } from "@windlass/core/test-support";
import type { CaseTask, OutcomeCase } from "./case.ts";

const NOW = instant("2026-03-01T00:00:00Z");

const list = (length: number): SerializedInput => ({ kind: "value", value: Array.from({ length }, (_, at) => at) });

function expandOf(expand: Exclude<CaseTask["expand"], undefined>, tasks: readonly CaseTask[]): SerializedExpand {
  const source: SerializedInput =
    "over" in expand ? { kind: "xcom", taskId: tasks[expand.over]!.id, key: "return_value" } : list(expand.length);
  return { kind: "product", arguments: { x: source } };
}

function serialize({ id, tasks, group }: OutcomeCase) {
  const inGroup = (at: number): boolean => group !== undefined && at >= group.from && at <= group.to;
  const serialized = tasks.map((task, at): SerializedTask => {
    const sources = [
      ...(task.expand && "over" in task.expand ? [task.expand.over] : []),
      ...(inGroup(at) && group?.over !== undefined ? [group.over] : []),
    ];
    return testTask(task.id, {
      upstreamTaskIds: [...new Set([...task.up, ...sources])].map((each) => tasks[each]!.id),
      triggerRule: task.rule,
      isSetup: task.setup ?? false,
      isTeardown: task.teardown ?? false,
      onFailureFailDagRun: task.failsRun ?? false,
      taskGroupId: inGroup(at) ? "g" : null,
      ...(task.role !== undefined && { isBranch: true }),
      expand: task.expand ? expandOf(task.expand, tasks) : null,
    });
  });
  const expand =
    group && expandOf(group.over === undefined ? { length: group.length ?? 0 } : { over: group.over }, tasks);
  const taskGroups = expand
    ? [{ groupId: "g", displayName: "g", parentGroupId: null, tooltip: "", expand, extra: {} }]
    : [];
  return testDag(id, serialized, { taskGroups });
}

function newRun(given: OutcomeCase): RunSnapshot {
  const graph = buildGraph(serialize(given));
  const none = { startDate: null, endDate: null, scheduledAt: null, queuedAt: null, notBefore: null };
  return {
    id: 1,
    version: 1,
    dagId: given.id,
    runId: "r",
    state: "queued",
    runType: "manual",
    logicalDate: NOW,
    runAfter: NOW,
    queuedAt: NOW,
    startDate: null,
    endDate: null,
    conf: {},
    dagPaused: false,
    graph,
    taskInstances: graph.order.map((taskId, at) => ({
      id: at + 1,
      taskId,
      mapIndex: NOT_MAPPED,
      state: null,
      tryNumber: 0,
      maxTries: 0,
      attemptId: `a${String(at)}`,
      ...none,
    })),
    previousRun: null,
  };
}

function outcomeOf(task: CaseTask, mapIndex: number, tasks: readonly CaseTask[]): AttemptOutcome {
  if (task.role === "branch") {
    const follow = (task.follow ?? []).map((each) => tasks[each]!.id);
    return { state: "success", returnValue: follow, skip: { kind: "branch", follow } };
  }
  if (task.role !== undefined) {
    const respectTriggerRules = task.role === "short_circuit_soft";
    return { state: "success", returnValue: false, skip: { kind: "short_circuit", respectTriggerRules } };
  }
  const end = task.ends[Math.max(0, mapIndex) % 3];
  if (end === "skipped") return { state: "skipped", reason: "told to" };
  if (end === "failed") {
    return {
      state: "failed",
      error: { kind: "error", name: "Error", message: "told to", stack: null },
      mayRetry: true,
    };
  }
  return { state: "success", returnValue: Array.from({ length: task.length ?? 0 }, (_, at) => at) };
}

/**
 * Runs a case as it ran on Airflow: everything that follows is decided, then all that may start is executed, one after the other in the order of the
 * tasks, and so on.
 */
export function replay(given: OutcomeCase): Pick<OutcomeCase, "run" | "states"> {
  const places = new Map(given.tasks.map((task, at) => [task.id, at]));
  let run = newRun(given);
  let lastId = 1000;
  const takeIds = (count: number) =>
    Array.from({ length: count }, () => {
      lastId += 1;
      return { id: lastId, attemptId: `a${String(lastId)}` };
    });
  const place = (instance: TaskInstanceSnapshot): number =>
    (places.get(instance.taskId) ?? 0) * 1000 + instance.mapIndex;
  for (;;) {
    run = apply(run, advance(run, NOW, { runStarts: true, takeIds }).transitions, NOW);
    if (run.state !== "running") break;
    const batch = run.taskInstances.filter(({ state }) => state === "scheduled").sort((a, b) => place(a) - place(b));
    if (batch.length === 0) break;
    for (const { id } of batch) {
      const instance = run.taskInstances.find((each) => each.id === id)!;
      if (instance.state !== "scheduled") continue;
      const { taskId, mapIndex, tryNumber, attemptId } = instance;
      const move = { kind: "task_instance", id, taskId, mapIndex, tryNumber, reason: "slots_free" } as const;
      run = apply(run, [{ ...move, from: "scheduled", to: "queued", attemptId: `${attemptId}+` }], NOW);
      run = apply(run, attemptStarted(run, `${attemptId}+`).transitions, NOW);
      const outcome = outcomeOf(given.tasks[places.get(taskId)!]!, mapIndex, given.tasks);
      run = apply(run, applyOutcome(run, `${attemptId}+`, outcome, NOW, 0).transitions, NOW);
    }
  }
  const states = run.taskInstances.map(
    ({ taskId, mapIndex, state }) => [`${taskId}[${String(mapIndex)}]`, state] as const,
  );
  return { run: run.state, states: Object.fromEntries(states) };
}
