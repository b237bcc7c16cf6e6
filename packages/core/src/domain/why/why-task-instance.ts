import { assertNever, invariant, isTerminalRunState, isTerminalState, NOT_MAPPED } from "@windlass/contract";
import { queueCandidate } from "../limits/candidate.ts";
import { selectQueueable } from "../limits/select-queueable.ts";
import { expansionSources, tasksOfSource } from "../mapping/mapped-tasks.ts";
import { unmetPastDependencies } from "../past-dependencies.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "../snapshot.ts";
import { heldByReason } from "./held-by.ts";
import { pausedReason, schedulerDownReason } from "./shared-reasons.ts";
import type { WhyContext, WhyReason } from "./reason.ts";
import { waitReason } from "./wait-reason.ts";

/** How many task ids a sentence names before it only counts. */
const NAMED = 5;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(", ");
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}

function notYetScheduled(run: RunSnapshot, instance: TaskInstanceSnapshot): WhyReason[] {
  const task = run.graph.tasks.get(instance.taskId);
  invariant(task, `run ${run.runId} has a task instance of ${instance.taskId}, which its Dag does not have`);
  const reasons: WhyReason[] = [];
  const upstream = new Set(task.upstreamTaskIds);
  const open = run.taskInstances
    .filter(({ taskId, state }) => upstream.has(taskId) && !isTerminalState(state))
    .map(({ taskId, state }) => `${taskId} (${state ?? "no state yet"})`);
  if (open.length > 0) {
    reasons.push({
      code: "upstream_not_done",
      summary: `Its trigger rule ${task.triggerRule} waits for upstream tasks: ${listed(open)}.`,
      fix: "See why those do not move; this task follows them by itself.",
    });
  }
  const setups = new Set(run.graph.indirectSetups.get(task.taskId));
  const openSetups = run.taskInstances
    .filter(({ taskId, state }) => setups.has(taskId) && !isTerminalState(state))
    .map(({ taskId, state }) => `${taskId} (${state ?? "no state yet"})`);
  if (openSetups.length > 0) {
    reasons.push({
      code: "setup_not_done",
      summary: `It is in the scope of setups that are not done: ${listed(openSetups)}.`,
      fix: "See why those do not move; this task follows them by itself.",
    });
  }
  const awaited = new Set(run.graph.awaitedByTeardown.get(task.taskId));
  const openInScope = run.taskInstances
    .filter(({ taskId, state }) => awaited.has(taskId) && !isTerminalState(state))
    .map(({ taskId, state }) => `${taskId} (${state ?? "no state yet"})`);
  if (openInScope.length > 0) {
    reasons.push({
      code: "scope_not_done",
      summary: `It tears down what tasks between its setups and it still need: ${listed(openInScope)}.`,
      fix: "See why those do not move; this task follows them by itself.",
    });
  }
  const expand = instance.mapIndex === NOT_MAPPED ? run.graph.expansions.get(task.taskId) : undefined;
  const sources = new Set(expand && expansionSources(expand).flatMap(tasksOfSource));
  const openSources = run.taskInstances.filter(({ taskId, state }) => sources.has(taskId) && !isTerminalState(state));
  if (openSources.length > 0) {
    reasons.push({
      code: "mapping_not_known",
      summary: `It is mapped over results that are not there yet: ${listed([...new Set(openSources.map(({ taskId }) => taskId))])}.`,
      fix: "See why those tasks do not move; its instances are made when they have succeeded.",
    });
  }
  const past = unmetPastDependencies(run, task);
  if (past.length > 0) {
    const rule = task.waitForDownstream ? "wait_for_downstream" : "depends_on_past";
    reasons.push({
      code: "past_dependency",
      summary: `By ${rule} it waits until ${listed(past)} of the previous run ${run.previousRun?.runId ?? ""} succeeded or was skipped.`,
      fix: "Clear or mark those task instances of the previous run, or take the setting from the task.",
    });
  }
  return reasons;
}

function waitsUntil(instance: TaskInstanceSnapshot, code: "waiting_for_retry" | "waiting_for_reschedule"): WhyReason {
  const { notBefore, tryNumber, maxTries } = instance;
  const what =
    code === "waiting_for_retry"
      ? `Try ${tryNumber} of ${maxTries + 1} failed; the next`
      : "It asked to be looked at later; that";
  return {
    code,
    summary: notBefore === null ? `${what} comes at once.` : `${what} comes at ${notBefore}.`,
    fix: "Nothing is needed. Clear the task instance to start it at once.",
    ...(notBefore === null ? {} : { until: notBefore }),
  };
}

function limits(run: RunSnapshot, instance: TaskInstanceSnapshot, context: WhyContext): WhyReason[] {
  const candidate = queueCandidate(run, instance);
  return selectQueueable([candidate], context.occupancy).held.map(({ by }) => heldByReason(by, candidate, context));
}

function queueOf(run: RunSnapshot, instance: TaskInstanceSnapshot): string {
  return run.graph.tasks.get(instance.taskId)?.queue ?? "";
}

function waitsForWorker(run: RunSnapshot, instance: TaskInstanceSnapshot, context: WhyContext): boolean {
  const queue = queueOf(run, instance);
  return context.occupancy.places?.isLocal(queue) === false || (context.workers?.get(queue) ?? 0) > 0;
}

function workerReason(run: RunSnapshot, instance: TaskInstanceSnapshot, context: WhyContext): WhyReason {
  const queue = queueOf(run, instance);
  const workers = context.workers?.get(queue) ?? 0;
  if (workers === 0) {
    return {
      code: "queue_unserved",
      summary: `No worker serves its queue "${queue}".`,
      fix: `Start one: \`windlass worker --server <address> --queues ${queue}\`. Or add the queue to [local_executor] queues, and it runs beside the scheduler.`,
    };
  }
  return {
    code: "workers_busy",
    summary: `It waits for a worker of the queue "${queue}"; ${workers === 1 ? "one serves it and has no slot free" : `${workers} serve it and have no slot free`}.`,
    fix: "Wait for other tasks to end, start another worker, or raise the workers' --parallelism.",
  };
}

function ownReasons(run: RunSnapshot, instance: TaskInstanceSnapshot, context: WhyContext): WhyReason[] {
  switch (instance.state) {
    case null:
      return notYetScheduled(run, instance);
    case "up_for_retry":
      return [waitsUntil(instance, "waiting_for_retry"), ...notYetScheduled(run, instance)];
    case "up_for_reschedule":
      return [waitsUntil(instance, "waiting_for_reschedule")];
    case "scheduled":
      return limits(run, instance, context);
    case "queued":
      if (waitsForWorker(run, instance, context)) return [workerReason(run, instance, context)];
      if (context.runners > 0) return [];
      return [
        {
          code: "no_runner",
          summary: "It is queued and there is no runner to execute it.",
          fix: "Start `windlass up` (or its runners) and look at its log if it ends again.",
        },
      ];
    case "restarting":
      return [
        {
          code: "being_stopped",
          summary: "It was cleared while it ran; its old attempt is being stopped.",
          fix: "Nothing is needed: it begins anew as soon as the old attempt has ended.",
        },
      ];
    case "deferred":
    case "awaiting_input":
      return [waitReason(instance)];
    case "running":
    case "success":
    case "failed":
    case "upstream_failed":
    case "skipped":
    case "removed":
      return [];
    default:
      return assertNever(instance.state);
  }
}

/** It was cleared, and its run was not to go on. */
function runOver({ state }: RunSnapshot): WhyReason {
  return {
    code: "run_over",
    summary: `Its run is over (${state}) and was left so when the task instance was cleared.`,
    fix: "Set the run's state to queued, or clear the task instance with reset_dag_runs true.",
  };
}

/** Why a task instance does not move now; empty where it runs or is over, or where the next moment moves it. */
export function whyTaskInstance(run: RunSnapshot, instance: TaskInstanceSnapshot, context: WhyContext): WhyReason[] {
  if (isTerminalState(instance.state) || instance.state === "running") return [];
  if (isTerminalRunState(run.state)) return [runOver(run)];
  const reasons: WhyReason[] = [];
  if (!context.schedulerAlive) reasons.push(schedulerDownReason());
  if (run.dagPaused && instance.state !== "queued") reasons.push(pausedReason(run));
  if (run.state === "queued") {
    reasons.push({
      code: "run_queued",
      summary: "Its run has not started yet.",
      fix: "See why the run does not start; its tasks follow by themselves.",
    });
  }
  return [...reasons, ...ownReasons(run, instance, context)];
}
