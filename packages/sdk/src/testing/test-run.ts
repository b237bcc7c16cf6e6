import { randomUUID } from "node:crypto";
import {
  type AttemptOutcome,
  type AttemptRun,
  type EmittedAssetEvent,
  type Instant,
  invariant,
  isTerminalRunState,
  type JsonValue,
  refuse,
  type RefusalError,
  RETURN_VALUE_KEY,
  type TriggerEvent,
  waitedFor,
} from "@windlass/contract";
import {
  advance,
  apply,
  applyOutcome,
  attemptStarted,
  type DagGraph,
  isInSpan,
  type NewInstance,
  type Occupancy,
  queueCandidate,
  type RunSnapshot,
  selectQueueable,
  type TaskInstanceSnapshot,
  type Transition,
  triggerFired,
} from "@windlass/core/domain";

/** Hears of everything that changes. */
export type OnTransitions = (
  after: RunSnapshot,
  transitions: readonly Transition[],
  emitted: readonly EmittedAssetEvent[],
) => void;

/** Executes one attempt of the run. */
export type ExecuteTask = (instance: TaskInstanceSnapshot) => Promise<AttemptOutcome>;

/** Hears of what a decision changed, and of time that passed (then nothing changed). */
export type FollowTransitions = (
  before: RunSnapshot,
  after: RunSnapshot,
  transitions: readonly Transition[],
) => Promise<void>;

/** What ends the wait of a task instance; undefined where nothing does yet. */
export type AnswerWait = (instance: TaskInstanceSnapshot, now: Instant) => TriggerEvent | undefined;

/** Everything is free: one task at a time, so that a test's order is the same each time. */
function occupancyOf(graph: DagGraph): Occupancy {
  const pools = new Set([...graph.tasks.values()].map((task) => task.pool));
  return {
    pools: new Map([...pools].map((pool) => [pool, { slots: -1, occupied: 0 }])),
    activeInRun: new Map(),
    activeOfTask: new Map(),
    activeOfTaskInRun: new Map(),
    executorFree: 1,
  };
}

function tasksOf(graph: DagGraph, run: AttemptRun): readonly string[] {
  return graph.order.filter((taskId) => isInSpan(graph.tasks.get(taskId) ?? {}, run));
}

/** A run that has not begun, as the store would hold it. */
export function newRun(graph: DagGraph, run: AttemptRun, queuedAt: Instant): RunSnapshot {
  const none = { startDate: null, endDate: null, scheduledAt: null, queuedAt: null, notBefore: null };
  return {
    id: 1,
    version: 1,
    dagId: run.dagId,
    runId: run.runId,
    state: "queued",
    runType: run.runType,
    logicalDate: run.logicalDate,
    runAfter: run.runAfter,
    queuedAt,
    startDate: null,
    endDate: null,
    conf: run.conf,
    dagPaused: false,
    graph,
    taskInstances: tasksOf(graph, run).map((taskId, index) => ({
      id: index + 1,
      taskId,
      mapIndex: -1,
      state: null,
      tryNumber: 0,
      maxTries: graph.tasks.get(taskId)?.retry.attempts ?? 0,
      attemptId: randomUUID(),
      ...none,
    })),
    previousRun: null,
  };
}

/** What a test's run keeps beside its snapshot. */
export interface RunRecord {
  readonly snapshot: RunSnapshot;
  /** By `instanceKey`, then by key. */
  readonly xcoms: ReadonlyMap<string, ReadonlyMap<string, JsonValue>>;
  /** By `instanceKey`. */
  readonly lastOutcomes: ReadonlyMap<string, AttemptOutcome>;
}

/** The key of a task instance in a test's records. */
export function instanceKey(taskId: string, mapIndex: number): string {
  return `${taskId}\n${String(mapIndex)}`;
}

/** Moves a run to its end by the scheduler's own rules: the same functions decide here as in production. */
export class TestRun {
  readonly xcoms = new Map<string, Map<string, JsonValue>>();
  readonly #lastOutcomes = new Map<string, AttemptOutcome>();
  readonly #now: () => Instant;
  readonly #moveTo: (moment: Instant) => void;
  readonly #onTransitions: OnTransitions;
  #snapshot: RunSnapshot;
  #follow: FollowTransitions = async () => undefined;
  #lastId = 0;

  constructor(
    snapshot: RunSnapshot,
    now: () => Instant,
    moveTo: (moment: Instant) => void,
    onTransitions: OnTransitions,
  ) {
    this.#onTransitions = onTransitions;
    this.#snapshot = snapshot;
    this.#now = now;
    this.#moveTo = moveTo;
  }

  /** Keeps an XCom. */
  setXcom(taskId: string, mapIndex: number, key: string, value: JsonValue): void {
    const at = instanceKey(taskId, mapIndex);
    const own = this.xcoms.get(at) ?? new Map<string, JsonValue>();
    this.xcoms.set(at, own.set(key, value));
  }

  /** An XCom; undefined where there is none. */
  findXcom(taskId: string, mapIndex: number, key: string): JsonValue | undefined {
    return this.xcoms.get(instanceKey(taskId, mapIndex))?.get(key);
  }

  /** Map indexes of a task's instances. */
  indexesOf(taskId: string): readonly number[] {
    return this.#snapshot.taskInstances.filter((each) => each.taskId === taskId).map((each) => each.mapIndex);
  }

  #newInstances(count: number): readonly NewInstance[] {
    const last = Math.max(...this.#snapshot.taskInstances.map((each) => each.id), this.#lastId);
    this.#lastId = last + count;
    return Array.from({ length: count }, (_, at) => ({ id: last + 1 + at, attemptId: randomUUID() }));
  }

  #apply(transitions: readonly Transition[], emitted: readonly EmittedAssetEvent[] = []): void {
    this.#snapshot = apply(this.#snapshot, transitions, this.#now());
    this.#onTransitions(this.#snapshot, transitions, emitted);
  }

  /** Applies what was decided, and lets what follows from it happen. */
  async #decided(transitions: readonly Transition[], emitted?: readonly EmittedAssetEvent[]): Promise<void> {
    const before = this.#snapshot;
    this.#apply(transitions, emitted);
    await this.#follow(before, this.#snapshot, transitions);
  }

  #queueOne(): TaskInstanceSnapshot | undefined {
    const scheduled = this.#snapshot.taskInstances.filter((instance) => instance.state === "scheduled");
    if (scheduled.length === 0) return undefined;
    const candidates = scheduled.map((instance) => queueCandidate(this.#snapshot, instance));
    const { queue, held } = selectQueueable(candidates, occupancyOf(this.#snapshot.graph));
    const [next] = queue;
    invariant(next !== undefined, `nothing can be queued: ${held[0]?.by ?? "no candidate"}`);
    const instance = scheduled.find((each) => each.id === next.id);
    invariant(instance !== undefined, "a candidate is one of those that were offered");
    // A new attempt at each dispatch, as in production: it is what late reports are told apart by.
    const attemptId = randomUUID();
    const { id, taskId, mapIndex, tryNumber } = instance;
    const move = { kind: "task_instance", id, taskId, mapIndex, tryNumber, reason: "slots_free" } as const;
    this.#apply([{ ...move, from: "scheduled", to: "queued", attemptId }]);
    this.#apply(attemptStarted(this.#snapshot, attemptId).transitions);
    return this.#snapshot.taskInstances.find((each) => each.id === id);
  }

  async #execute(instance: TaskInstanceSnapshot, execute: ExecuteTask): Promise<void> {
    const { taskId, mapIndex } = instance;
    // A new try begins without what an earlier one left.
    this.xcoms.delete(instanceKey(taskId, mapIndex));
    const outcome = await execute(instance);
    this.#lastOutcomes.set(instanceKey(taskId, mapIndex), outcome);
    if (outcome.state === "success" && outcome.returnValue !== undefined && outcome.returnValue !== null) {
      this.setXcom(taskId, mapIndex, RETURN_VALUE_KEY, outcome.returnValue);
    }
    // No jitter: a test is the same each time.
    const emitted = outcome.state === "success" ? outcome.assetEvents : undefined;
    const { transitions } = applyOutcome(this.#snapshot, instance.attemptId, outcome, this.#now(), 0);
    await this.#decided(transitions, emitted);
  }

  /** Ends the waits whose event the test gives. @returns whether there was any */
  #endWaits(answer: AnswerWait): boolean {
    let any = false;
    for (const instance of this.#snapshot.taskInstances) {
      if (instance.state !== "deferred" && instance.state !== "awaiting_input") continue;
      const event = answer(instance, this.#now());
      if (event === undefined) continue;
      this.#apply(triggerFired(this.#snapshot, instance.attemptId, event, this.#now()).transitions);
      any = true;
    }
    return any;
  }

  /** What the test has to say so that the run can go on. */
  #unanswered(): RefusalError {
    const { taskInstances, runId } = this.#snapshot;
    const waiting = taskInstances.find(({ state }) => state === "deferred" || state === "awaiting_input");
    invariant(waiting?.trigger, `the run ${runId} neither moves nor waits for a moment`);
    const option = waiting.trigger.kind === "human" ? "humanAnswers" : "waits";
    return refuse("test.wait_unanswered", { task_id: waiting.taskId, what: waitedFor(waiting.trigger), option });
  }

  /**
   * Goes on until the run is over.
   * @param follow is waited for before anything else is decided
   * @param answer what ends a wait; undefined where nothing does but the clock
   */
  async finish(execute: ExecuteTask, follow: FollowTransitions, answer: AnswerWait): Promise<RunRecord> {
    this.#follow = follow;
    for (;;) {
      const { transitions, nextCheckAt } = advance(this.#snapshot, this.#now(), {
        runStarts: true,
        takeIds: (count) => this.#newInstances(count),
      });
      await this.#decided(transitions);
      if (isTerminalRunState(this.#snapshot.state)) break;
      const instance = this.#queueOne();
      if (instance !== undefined) await this.#execute(instance, execute);
      else if (transitions.length === 0 && !this.#endWaits(answer)) {
        if (nextCheckAt === null) throw this.#unanswered();
        this.#moveTo(nextCheckAt);
        await this.#decided([]);
      }
    }
    return { snapshot: this.#snapshot, xcoms: this.xcoms, lastOutcomes: this.#lastOutcomes };
  }
}
