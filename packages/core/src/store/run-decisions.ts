import type { EmittedAssetEvent, HumanAnswer, Instant, TaskInstanceState } from "@windlass/contract";
import { invariant } from "@windlass/contract";
import { noticesOf } from "../domain/notices/notices-of.ts";
import { assetEventDrafts, writtenOutlets } from "../domain/assets/asset-events.ts";
import { indexOf } from "../domain/run-index.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "../domain/snapshot.ts";
import type { ExpandTransition, TaskInstanceTransition, Transition } from "../domain/transition.ts";
import type { AssetEventRow } from "./assets/record-asset-events.ts";
import type {
  AttemptEnd,
  CommitBatch,
  EventRow,
  Expansion,
  InstanceChange,
  RunChange,
  XcomRow,
} from "./commit-transitions.ts";
import type { AnsweredHuman, AskedHuman } from "./human-requests.ts";

/** What was decided about one run: `after` is `before` with the transitions applied. */
export interface RunDecision {
  readonly before: RunSnapshot;
  readonly after: RunSnapshot;
  readonly transitions: readonly Transition[];
  /** What attempts said of the events of their outlets, by the keys of their task instances. */
  readonly emitted?: ReadonlyMap<number, readonly EmittedAssetEvent[]>;
}

/** What the rows need to know besides the decisions. */
export interface BatchOptions {
  readonly at: Instant;
  /** Changed by hand: no scheduler decided about the run. */
  readonly byHand?: boolean;
  readonly bootId: string;
  readonly leaseSeconds: number;
  /** Where task instances run that become running. */
  readonly hostname: string;
  readonly pid: number | null;
  readonly xcoms?: readonly XcomRow[];
  /** Whether what a task instance keeps goes when it succeeds: `[state_store] clear_on_success`. */
  readonly clearOnSuccess?: boolean;
}

const NO_BOOT = "00000000-0000-0000-0000-000000000000";

/** For what is decided otherwise than by a scheduler and starts nothing: so no supervisor and no lease are named. */
export function startingNothing(at: Instant): BatchOptions {
  return { at, byHand: true, bootId: NO_BOOT, leaseSeconds: 1, hostname: "", pid: null };
}

const OPEN: ReadonlySet<TaskInstanceState | null> = new Set<TaskInstanceState>(["queued", "running", "restarting"]);

/** The rows that decisions come to, for `commitTransitions`. Each run grows by one version, also where it has no transition. */
export function batchOf(decisions: readonly RunDecision[], options: BatchOptions): CommitBatch {
  const runs: RunChange[] = [];
  const instances: InstanceChange[] = [];
  const attemptsEnded: AttemptEnd[] = [];
  const events: EventRow[] = [];
  const expansions: Expansion[] = [];
  const asked: AskedHuman[] = [];
  const answered: AnsweredHuman[] = [];
  const assetEvents: AssetEventRow[] = [];
  for (const decision of decisions) {
    runs.push(runChange(decision.after, options.byHand === true ? null : options.at));
    const touched = new Map<number, Touched>();
    for (const transition of decision.transitions) {
      if (transition.kind === "expand") {
        expansions.push(expansionOf(decision.after, transition));
        continue;
      }
      events.push(eventOf(decision, transition, touched, attemptsEnded, options.at));
      if (transition.kind === "run") continue;
      const question = askedBy(transition, touched, options.at);
      if (question) asked.push(question);
      const answer = answeredBy(transition);
      if (answer) answered.push(answer);
      assetEvents.push(...assetEventsOf(decision, transition, options.at));
    }
    for (const [id, change] of touched) instances.push(instanceChange(decision.after, id, change, options));
  }
  return {
    runs,
    instances,
    expansions,
    attemptsEnded,
    events,
    xcoms: options.xcoms ?? [],
    notices: decisions.flatMap((decision) => noticesOf(decision, options.at) ?? []),
    at: options.at,
    asked,
    answered,
    assetEvents,
    bootId: options.bootId,
    leaseSeconds: options.leaseSeconds,
    ...(options.clearOnSuccess === true && { storesCleared: instances.filter(hasSucceeded).map(({ id }) => id) }),
  };
}

function hasSucceeded({ fromState, state }: InstanceChange): boolean {
  return state === "success" && fromState !== "success";
}

function assetEventsOf(
  { after, emitted }: RunDecision,
  transition: TaskInstanceTransition,
  at: Instant,
): readonly AssetEventRow[] {
  const outlets = writtenOutlets(after.graph, transition);
  if (outlets.length === 0) return [];
  const { dagId, runId, id: dagRunId } = after;
  const source = { dagRunId, dagId, runId, taskId: transition.taskId, mapIndex: transition.mapIndex };
  return assetEventDrafts(outlets, emitted?.get(transition.id) ?? []).map((draft) => ({ ...draft, at, source }));
}

/** A task instance on its way through the transitions. */
interface Touched {
  readonly before: TaskInstanceSnapshot;
  attemptId: string;
  last: TaskInstanceTransition;
}

function runChange(after: RunSnapshot, at: Instant | null): RunChange {
  const { id, version, state, queuedAt, startDate, endDate } = after;
  return { id, version, state, queuedAt, startDate, endDate, decidedAt: at };
}

function expansionOf(after: RunSnapshot, { taskId, placeholderId, made }: ExpandTransition): Expansion {
  const maxTries = after.graph.tasks.get(taskId)?.retry.attempts ?? 0;
  return { dagRunId: after.id, taskId, placeholderId, made, maxTries };
}

function eventOf(
  { before, after, transitions }: RunDecision,
  transition: Exclude<Transition, ExpandTransition>,
  touched: Map<number, Touched>,
  attemptsEnded: AttemptEnd[],
  at: Instant,
): EventRow {
  const ofRun = {
    at,
    dagId: after.dagId,
    dagRunId: after.id,
    fromState: transition.from,
    toState: transition.to,
    reason: transition.reason,
  };
  if (transition.kind === "run") return { ...ofRun, taskInstanceId: null, attemptId: null, tryNumber: null };
  let change = touched.get(transition.id);
  if (!change) {
    const instance = instanceOf(before, after, transition.id, transitions);
    change = { before: instance, attemptId: instance.attemptId, last: transition };
    touched.set(transition.id, change);
  }
  const heldAttempt = OPEN.has(transition.from);
  if (heldAttempt && !OPEN.has(transition.to)) attemptsEnded.push(endOf(change.attemptId, transition, at));
  change.attemptId = transition.attemptId ?? change.attemptId;
  change.last = transition;
  return {
    ...ofRun,
    taskInstanceId: transition.id,
    attemptId: heldAttempt || OPEN.has(transition.to) ? change.attemptId : null,
    tryNumber: transition.tryNumber,
  };
}

/** The question with which a task instance begins to wait for a person. */
function askedBy(
  { id, tryNumber, trigger, notBefore }: TaskInstanceTransition,
  touched: ReadonlyMap<number, Touched>,
  at: Instant,
): AskedHuman | undefined {
  if (trigger?.kind !== "human") return undefined;
  const attemptId = touched.get(id)?.attemptId ?? "";
  const { request } = trigger;
  return { taskInstanceId: id, tryNumber, attemptId, request, createdAt: at, dueAt: notBefore ?? null };
}

/** What ended the wait for a person: it is the last event that the try is told of. */
function answeredBy({ id, tryNumber, reason, carry }: TaskInstanceTransition): AnsweredHuman | undefined {
  if (reason !== "human_answered" && reason !== "human_defaulted") return undefined;
  const event = carry?.events.at(-1);
  if (event?.kind !== "event") return undefined;
  return { taskInstanceId: id, tryNumber, answer: event.payload as unknown as HumanAnswer };
}

function endOf(attemptId: string, { to, error }: TaskInstanceTransition, at: Instant): AttemptEnd {
  const outcome = to === "scheduled" ? "superseded" : (to ?? "cleared");
  return { attemptId, endedAt: at, outcome, error: error ?? null };
}

function instanceOf(
  before: RunSnapshot,
  after: RunSnapshot,
  id: number,
  transitions: readonly Transition[],
): TaskInstanceSnapshot {
  const index = indexOf(after.graph, after.taskInstances).byId.get(id);
  // The positions of task instances are the same in both lists, save behind a mapping, and the newer one holds the index.
  const same = index === undefined ? undefined : before.taskInstances[index];
  if (same?.id === id) return same;
  const now = index === undefined ? undefined : after.taskInstances[index];
  const made = transitions.flatMap((each) => (each.kind === "expand" ? each.made : [])).find((each) => each.id === id);
  const instance =
    made && now
      ? { ...now, state: null, attemptId: made.attemptId }
      : before.taskInstances.find((each) => each.id === id);
  invariant(instance, `run ${after.runId} has no task instance ${String(id)}`);
  return instance;
}

function instanceChange(
  after: RunSnapshot,
  id: number,
  { before, last }: Touched,
  options: BatchOptions,
): InstanceChange {
  const index = indexOf(after.graph, after.taskInstances).byId.get(id);
  const now = index === undefined ? undefined : after.taskInstances[index];
  invariant(now?.id === id, `run ${after.runId} has no task instance ${String(id)}`);
  return {
    id,
    dagRunId: after.id,
    fromAttemptId: before.attemptId,
    fromState: before.state,
    state: now.state,
    attemptId: now.attemptId,
    tryNumber: now.tryNumber,
    maxTries: now.maxTries,
    scheduledAt: now.scheduledAt,
    queuedAt: now.queuedAt,
    startDate: now.startDate,
    endDate: now.endDate,
    notBefore: now.notBefore,
    error: last.error ?? null,
    ...placeOf(now.state, before, options),
    more: {
      ...(now.carry && { carry: now.carry }),
      ...(now.trigger && { trigger: now.trigger }),
      ...(now.skips && { skips: now.skips }),
      ...(typeof now.resultLength === "number" && { result_length: now.resultLength }),
      ...(last.renderedMapIndex !== undefined && { rendered_map_index: last.renderedMapIndex }),
    },
  };
}

function placeOf(
  state: TaskInstanceState | null,
  before: TaskInstanceSnapshot,
  options: BatchOptions,
): Pick<InstanceChange, "hostname" | "pid"> {
  if (state === "running") return { hostname: options.hostname, pid: options.pid };
  // Where it ran stays to be seen until it runs again.
  return before.state === "running" || state !== "queued" ? { hostname: null, pid: null } : { hostname: "", pid: null };
}
