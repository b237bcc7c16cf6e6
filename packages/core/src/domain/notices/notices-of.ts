import { type CallbackSubject, type Instant, type NamedTaskInstance, type RunState } from "@windlass/contract";
import { indexOf } from "../run-index.ts";
import type { DagGraph, RunSnapshot, TaskInstanceSnapshot } from "../snapshot.ts";
import type { RunTransition, TaskInstanceTransition, Transition, TransitionReason } from "../transition.ts";
import { type AlertNotice, type CallbackNotice, MOST_NAMED, type Notices } from "./notice.ts";

/** A decision about a run, as it is committed. */
export interface NoticedDecision {
  readonly before: RunSnapshot;
  readonly after: RunSnapshot;
  readonly transitions: readonly Transition[];
}

const noticing = new WeakMap<DagGraph, boolean>();

/** Whether a Dag declares any callback, alert or deadline; worked out once a version, since it is asked at every commit. */
function hasNotices(graph: DagGraph): boolean {
  let found = noticing.get(graph);
  if (found === undefined) {
    const { callbacks, alerts, deadlines, tasks } = graph.dag;
    found = [callbacks, alerts, deadlines].some(Boolean) || tasks.some((task) => task.callbacks !== undefined);
    noticing.set(graph, found);
  }
  return found;
}

/**
 * The callbacks and alerts that follow from transitions, after Airflow: of a task only what its own execution has come to, and nothing that a hand
 * did. Each has a key that no other transition has. Undefined where nothing follows.
 */
export function noticesOf({ before, after, transitions }: NoticedDecision, at: Instant): Notices | undefined {
  if (!hasNotices(after.graph)) return undefined;
  const callbacks: CallbackNotice[] = [];
  const alerts: AlertNotice[] = [];
  const metDeadlines: { dagRunId: number; endDate: Instant }[] = [];
  const movedDeadlines: { dagRunId: number; queuedAt: Instant }[] = [];
  for (const transition of transitions) {
    if (transition.kind === "task_instance") callbacks.push(...ofTask(before, after, transition, at));
    if (transition.kind !== "run") continue;
    const ended = endOf(after, transition, at);
    if (ended) {
      callbacks.push(...ended.callbacks);
      alerts.push(...ended.alerts);
    }
    if (!after.graph.dag.deadlines) continue;
    if (transition.to === "success") metDeadlines.push({ dagRunId: after.id, endDate: after.endDate ?? at });
    if (transition.to === "queued") movedDeadlines.push({ dagRunId: after.id, queuedAt: after.queuedAt });
  }
  const isEmpty = [callbacks, alerts, metDeadlines, movedDeadlines].every((each) => each.length === 0);
  return isEmpty ? undefined : { callbacks, alerts, metDeadlines, movedDeadlines };
}

// Airflow: only what execution itself has come to. A hand, the end of the run's time and the failure of another, call nothing of a task's.
const NOT_BY_ITSELF: ReadonlySet<TransitionReason> = new Set<TransitionReason>([
  "marked",
  "cleared",
  "run_timed_out",
  "run_ended",
  "run_deadlocked",
  "task_removed",
  "fail_fast",
]);
const BEGUN: readonly (string | null)[] = ["queued", "running", "deferred", "awaiting_input", "up_for_reschedule"];
const KINDS = { success: "success", failed: "failure", up_for_retry: "retry", skipped: "skipped" } as const;

function ofTask(
  before: RunSnapshot,
  after: RunSnapshot,
  transition: TaskInstanceTransition,
  at: Instant,
): CallbackNotice[] {
  const { id, taskId, mapIndex, from, to, reason, error } = transition;
  const task = after.graph.tasks.get(taskId);
  const kind = to === null ? undefined : KINDS[to as keyof typeof KINDS];
  const count = kind && task?.callbacks?.[kind];
  if (to === null || !kind || !count || NOT_BY_ITSELF.has(reason)) return [];
  if (!BEGUN.includes(from) && reason !== "nothing_to_execute") return [];
  // As it was before the commit, which may already have begun the next try.
  const instance = instanceOf(before, id) ?? instanceOf(after, id);
  const tryNumber = transition.tryNumber;
  const subject: CallbackSubject = {
    of: "task",
    kind,
    taskId,
    mapIndex,
    tryNumber,
    maxTries: (instance?.maxTries ?? 0) + 1,
    state: to,
    startDate: instance?.startDate ?? null,
    endDate: at,
    reason,
    error: error ?? null,
  };
  // Of what is never tried, the run's version tells one time from the next.
  const time = reason === "nothing_to_execute" ? `v${String(before.version)}` : `try${String(tryNumber)}`;
  return Array.from({ length: count }, (_, index) => ({
    dagRunId: after.id,
    taskInstanceId: id,
    index,
    dedupeKey: `${after.dagId}:ti${String(id)}:${time}:${kind}:${String(index)}`,
    subject,
  }));
}

function instanceOf(run: RunSnapshot, id: number): TaskInstanceSnapshot | undefined {
  const index = indexOf(run.graph, run.taskInstances).byId.get(id);
  return index === undefined ? undefined : run.taskInstances[index];
}

function reasonOf(to: RunState, reason: TransitionReason): string {
  if (reason === "run_timed_out") return "timed_out";
  if (reason === "run_deadlocked") return "all_tasks_deadlocked";
  return to === "success" ? "success" : "task_failure";
}

function endOf(
  after: RunSnapshot,
  transition: RunTransition,
  at: Instant,
): { readonly callbacks: readonly CallbackNotice[]; readonly alerts: readonly AlertNotice[] } | undefined {
  const { to } = transition;
  if ((to !== "success" && to !== "failed") || NOT_BY_HAND.has(transition.reason)) return undefined;
  const { callbacks: declared, alerts = [] } = after.graph.dag;
  const event = to === "success" ? "success" : "failure";
  const count = declared?.[event] ?? 0;
  const wanted = alerts.filter((alert) => alert.on.includes(event));
  if (count === 0 && wanted.length === 0) return undefined;
  const reason = reasonOf(to, transition.reason);
  const failed = after.taskInstances
    .filter(({ state }) => state === "failed")
    .slice(0, MOST_NAMED)
    .map(named);
  // The version of the commit: a run that is cleared and ends again has another.
  const key = (what: string, index: number): string =>
    `${after.dagId}:run${String(after.id)}:v${String(after.version)}:${what}:${String(index)}`;
  const subject: CallbackSubject = {
    of: "dag",
    kind: event,
    state: to,
    endDate: after.endDate ?? at,
    reason,
    taskInstance: lastOf(after, to === "success" ? "success" : "failed"),
    failed,
    error: null,
  };
  return {
    callbacks: Array.from({ length: count }, (_, index) => ({
      dagRunId: after.id,
      taskInstanceId: null,
      index,
      dedupeKey: key(event, index),
      subject,
    })),
    alerts: wanted.map(({ target }, index) => ({
      dagRunId: after.id,
      dedupeKey: key(`alert-${event}`, index),
      target,
      content: {
        event,
        dagId: after.dagId,
        runId: after.runId,
        state: to,
        logicalDate: after.logicalDate,
        startDate: after.startDate,
        endDate: after.endDate ?? at,
        reason,
        failed,
        deadline: null,
      },
    })),
  };
}

const NOT_BY_HAND: ReadonlySet<TransitionReason> = new Set<TransitionReason>(["marked", "cleared"]);

function named({ taskId, mapIndex, tryNumber, state }: TaskInstanceSnapshot): NamedTaskInstance {
  return { taskId, mapIndex, tryNumber, state };
}

/** The task instance that reached a state last. */
function lastOf(run: RunSnapshot, state: "success" | "failed"): NamedTaskInstance | null {
  let last: TaskInstanceSnapshot | undefined;
  for (const each of run.taskInstances) {
    if (each.state === state && (last === undefined || (each.endDate ?? "") >= (last.endDate ?? ""))) last = each;
  }
  return last ? named(last) : null;
}
