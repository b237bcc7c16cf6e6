import type { TaskInstanceState } from "@windlass/contract";
import type { Fault } from "../../history/fault.ts";
import { catchUpGaps } from "../../history/catch-up-gaps.ts";
import { startedTooEarly } from "../../history/started-too-early.ts";
import type { StoredEvent } from "../rows.ts";
import type { Tables } from "../tables.ts";

const OPEN: readonly (string | null)[] = ["queued", "running", "restarting"];

/** What must hold of a whole history: the views that look back over events, and the readings of `test-support/history`. */
export function historyFaults(tables: Tables): readonly Fault[] {
  const ofInstances = Map.groupBy(
    tables.events.filter((event) => event.taskInstanceId !== null),
    (event) => event.taskInstanceId ?? 0,
  );
  return [
    ...[...ofInstances.values()].flatMap((events) => [...currentAttempt(events), ...tryNumberGrows(events)]),
    ...tryNumbers(tables),
    ...noOutcomeAfterTheEnd(tables, ofInstances),
    ...stateOfLeaves(tables),
    ...tooEarly(tables),
    ...gaps(tables),
  ];
}

function currentAttempt(events: readonly StoredEvent[]): readonly Fault[] {
  const faults: Fault[] = [];
  let current: string | null | undefined;
  for (const event of events) {
    if (current !== undefined && OPEN.includes(event.fromState) && event.attemptId !== current)
      faults.push({ invariant: "i03_current_attempt", row: { ...event, current } });
    if (event.toState === "queued") current = event.attemptId;
  }
  return faults;
}

function tryNumberGrows(events: readonly StoredEvent[]): readonly Fault[] {
  const faults: Fault[] = [];
  let before: number | null = null;
  let mayGrow = 0;
  for (const event of events) {
    if (event.toState === null || event.toState === "up_for_retry") mayGrow += 1;
    if (event.toState !== "queued") continue;
    const grown = (event.tryNumber ?? 0) - (before ?? event.tryNumber ?? 0);
    if (grown < 0 || grown > mayGrow) faults.push({ invariant: "i05_try_number_grows", row: { ...event, before } });
    before = event.tryNumber;
    mayGrow = 0;
  }
  return faults;
}

/** By the order of dispatches: with clocks that jump, moments have none. */
function tryNumbers(tables: Tables): readonly Fault[] {
  return [...tables.instances.keys()].flatMap((id) => {
    const attempts = tables.attemptsOf(id).toSorted((a, b) => a.dispatchSequence - b.dispatchSequence);
    return attempts.flatMap((attempt, at): readonly Fault[] => {
      const before = attempts[at - 1];
      return before && before.tryNumber > attempt.tryNumber
        ? [{ invariant: "i05_try_number", row: { before, attempt } }]
        : [];
    });
  });
}

function noOutcomeAfterTheEnd(
  tables: Tables,
  ofInstances: ReadonlyMap<number, readonly StoredEvent[]>,
): readonly Fault[] {
  return [...tables.attempts.values()].flatMap((attempt): readonly Fault[] => {
    const end = ofInstances
      .get(attempt.taskInstanceId)
      ?.find(
        (event) =>
          event.attemptId === attempt.attemptId &&
          OPEN.includes(event.fromState) &&
          event.toState !== "running" &&
          event.toState !== "restarting",
      );
    if (!end || !["marked", "cleared", "run_ended"].includes(end.reason)) return [];
    return attempt.outcome === (end.toState ?? "cleared")
      ? []
      : [{ invariant: "i14_no_outcome_after_the_end", row: { attempt, end } }];
  });
}

const BAD: readonly (TaskInstanceState | null)[] = ["failed", "upstream_failed"];

function stateOfLeaves(tables: Tables): readonly Fault[] {
  return [...tables.runs.values()].flatMap((run): readonly Fault[] => {
    const events = tables.events.filter((event) => event.dagRunId === run.id);
    const end = events.findLast((event) => event.taskInstanceId === null);
    const byHand = events.some(
      (event) => event.taskInstanceId !== null && (event.reason === "marked" || event.reason === "cleared"),
    );
    if (end?.reason !== "run_finished" || byHand || (run.state !== "success" && run.state !== "failed")) return [];
    const instances = tables.instancesOf(run.id);
    const { tasks } = tables.version(run.dagVersionId).dag;
    const isLeaf = (taskId: string): boolean => !tasks.some((task) => task.upstreamTaskIds.includes(taskId));
    const bad = instances.filter((instance) => BAD.includes(instance.state));
    const isBroken =
      run.state === "failed"
        ? bad.length === 0
        : bad.some(({ taskId }) => isLeaf(taskId) && tasks.some((task) => task.taskId === taskId && !task.isTeardown));
    return isBroken ? [{ invariant: "i07_state_of_leaves", row: { run, instances } }] : [];
  });
}

function tooEarly(tables: Tables): readonly Fault[] {
  return [...tables.runs.values()].flatMap((run) => {
    const events = tables.events.flatMap((event) => {
      const instance = event.taskInstanceId === null ? undefined : tables.instances.get(event.taskInstanceId);
      if (event.dagRunId !== run.id || !instance) return [];
      const { taskId, mapIndex } = instance;
      const to = event.toState as TaskInstanceState | null;
      return [{ id: event.id, dagRunId: run.id, taskId, mapIndex, to, reason: event.reason }];
    });
    return startedTooEarly(tables.version(run.dagVersionId).dag, events);
  });
}

function gaps(tables: Tables): readonly Fault[] {
  return [...tables.dags.values()].flatMap(({ dagId, currentVersionId }) => {
    const { dag } = tables.version(currentVersionId);
    const made = new Set(
      tables.events.flatMap((event) => (event.dagId === dagId && event.reason === "run_created" ? event.dagRunId : [])),
    );
    const isWhole = [...made].every((id) => tables.runs.has(id));
    if (!dag.catchup || dag.schedule.kind !== "every" || !isWhole) return [];
    const runs = [...tables.runs.values()].flatMap(({ dagId: of, runType, runId, dagVersionId, ...run }) =>
      of === dagId && runType === "scheduled" && run.dataIntervalStart !== null && run.dataIntervalEnd !== null
        ? [{ runId, dagVersionId, start: run.dataIntervalStart, end: run.dataIntervalEnd }]
        : [],
    );
    return catchUpGaps(runs.toSorted((a, b) => (a.start < b.start ? -1 : 1)));
  });
}
