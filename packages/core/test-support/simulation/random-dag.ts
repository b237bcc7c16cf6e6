import { addSeconds, type Instant, type SerializedDag, type SerializedTask, TRIGGER_RULES } from "@windlass/contract";
import { testDag, testTask } from "../dag.ts";
import type { Chance } from "./chance.ts";

/** Names of pools with their slots; every task fits into its pool. */
export const POOLS = [
  { name: "default_pool", slots: 128, includeDeferred: false },
  { name: "narrow", slots: 2, includeDeferred: false },
  { name: "patient", slots: 3, includeDeferred: true },
] as const;

/** The queue that workers take. */
export const FAR = "far";

const RULES = ["all_success", "all_success", "all_success", "all_done", "none_failed", ...TRIGGER_RULES] as const;

/** A small Dag with a little of everything that schedulers decide about. */
export function randomDag(chance: Chance, dagId: string, start: Instant): SerializedDag {
  const count = chance.between(1, 6);
  const tasks: SerializedTask[] = [];
  for (let at = 0; at < count; at += 1) tasks.push(randomTask(chance, `t${String(at)}`, tasks));
  scope(chance, tasks);
  const grouped = chance.happens(0.15) ? inMappedGroup(tasks) : undefined;
  return testDag(dagId, grouped?.tasks ?? tasks, {
    maxActiveRuns: chance.pick([1, 2, 16]),
    maxActiveTasks: chance.pick([1, 2, 16, 16]),
    dagrunTimeoutSeconds: chance.happens(0.1) ? 15 : null,
    ...(grouped && { taskGroups: grouped.taskGroups }),
    ...schedule(chance, start),
  });
}

function schedule(chance: Chance, start: Instant): Partial<SerializedDag> {
  const catchup = chance.happens(0.5);
  if (chance.happens(0.15)) {
    const dates = Array.from({ length: chance.between(1, 4) }, (_, at) => addSeconds(start, 3 + at * 4));
    return { schedule: { kind: "dates", dates }, catchup };
  }
  if (chance.happens(0.2))
    return {
      schedule: { kind: "every", seconds: 6, interval: "data" },
      startDate: start,
      endDate: addSeconds(start, 20),
      catchup,
    };
  return {};
}

function randomTask(chance: Chance, taskId: string, before: readonly SerializedTask[]): SerializedTask {
  const upstream = chance.some(before, 0.4).map((task) => task.taskId);
  const source = chance.pick(before);
  const isMapped = source !== undefined && source.runtime !== "none" && chance.happens(0.25);
  const isEmpty = chance.happens(0.08);
  const pool = chance.pick(["default_pool", "default_pool", "narrow", "patient"] as const);
  return testTask(taskId, {
    upstreamTaskIds: [...new Set([...upstream, ...(isMapped ? [source.taskId] : [])])],
    triggerRule: upstream.length === 0 && !isMapped ? "all_success" : chance.pick(RULES),
    retry: {
      attempts: chance.pick([0, 1, 3]),
      delaySeconds: chance.pick([0, 1, 5]),
      backoff: chance.pick(["none", "exponential"]),
      maxDelaySeconds: null,
      multiplier: 2,
    },
    pool,
    poolSlots: pool === "default_pool" ? 1 : chance.pick([1, 1, 2]),
    priorityWeight: chance.between(1, 3),
    queue: chance.happens(0.2) ? FAR : "default",
    maxActivePerDag: chance.happens(0.1) ? 1 : null,
    maxActivePerRun: chance.happens(0.1) ? 1 : null,
    dependsOnPast: chance.happens(0.05),
    waitForDownstream: chance.happens(0.03),
    ...(isEmpty && { runtime: "none" as const, operator: "empty", builtin: { kind: "empty" as const } }),
    ...(!isEmpty && !isMapped && chance.happens(0.12) && { isBranch: true }),
    ...(isMapped &&
      !isEmpty && {
        expand: chance.happens(0.2)
          ? ({ kind: "kwargs", source: { kind: "value", value: [{ x: 1 }, { x: 2 }] } } as const)
          : ({ kind: "kwargs", source: { kind: "xcom", taskId: source.taskId, key: "return_value" } } as const),
      }),
  });
}

/** Makes a setup and a teardown of two tasks of which one stands before the other. */
function scope(chance: Chance, tasks: SerializedTask[]): void {
  if (!chance.happens(0.2) || tasks.length < 3) return;
  const at = chance.between(0, tasks.length - 2);
  const end = chance.between(at + 1, tasks.length - 1);
  const [setup, teardown] = [tasks[at], tasks[end]];
  if (!setup || !teardown || setup.isBranch === true || setup.expand || teardown.expand) return;
  tasks[at] = { ...setup, isSetup: true };
  tasks[end] = {
    ...teardown,
    isTeardown: true,
    triggerRule: "all_done_setup_success",
    upstreamTaskIds: [...new Set([...teardown.upstreamTaskIds, setup.taskId])],
    onFailureFailDagRun: chance.happens(0.3),
  };
}

/** Puts all tasks but the first into a mapped group over what that one returns. */
function inMappedGroup(tasks: readonly SerializedTask[]): Pick<SerializedDag, "tasks" | "taskGroups"> | undefined {
  const [first, ...others] = tasks;
  if (!first || others.length === 0 || first.runtime === "none" || tasks.some((task) => task.expand)) return undefined;
  const inside = others.map((task) => ({
    ...task,
    taskId: `g.${task.taskId}`,
    taskGroupId: "g",
    upstreamTaskIds: [first.taskId, ...task.upstreamTaskIds.filter((id) => id !== first.taskId).map((id) => `g.${id}`)],
  }));
  const source = { kind: "xcom", taskId: first.taskId, key: "return_value" } as const;
  const group = {
    ...{ groupId: "g", displayName: "g", parentGroupId: null, tooltip: "", extra: {} },
    expand: { kind: "kwargs", source } as const,
  };
  return { tasks: [{ ...first, isSetup: false }, ...inside], taskGroups: [group] };
}
