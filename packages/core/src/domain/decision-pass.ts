import {
  invariant,
  isLegalTransition,
  isTerminalState,
  NOT_MAPPED,
  RUN_TRANSITIONS,
  type RunState,
  type TaskInstanceState,
} from "@windlass/contract";
import { addToTally, indexOf, isTimed, type RunIndex } from "./run-index.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "./snapshot.ts";
import type { ExpandTransition, TaskInstanceTransition, Transition, TransitionReason } from "./transition.ts";
import { countUpstream, type UpstreamCounts } from "./trigger-rules/upstream-counts.ts";

/** What a move may set besides the state. */
export type MoveDetails = Partial<
  Omit<TaskInstanceTransition, "kind" | "id" | "taskId" | "mapIndex" | "from" | "to" | "reason" | "attemptId">
>;

/**
 * A run while a decision about it is being made: the snapshot, seen through the moves made so far. The snapshot itself and its index are
 * left as they are; only what a move touches is copied.
 */
export class DecisionPass {
  readonly snapshot: RunSnapshot;
  readonly transitions: Transition[] = [];
  runState: RunState;
  /** A mapped task got instances: what follows for them is decided on the run with them. */
  hasExpanded = false;
  /** Keys that were missing for new task instances. */
  idsWanted = 0;
  private readonly index: RunIndex;
  private readonly states = new Map<number, TaskInstanceState | null>();
  private movedTasks = new Set<string>();
  private readonly moved = new Map<number, MoveDetails>();
  private readonly counts = new Map<number, UpstreamCounts>();
  private readonly tallyOfMoves = new Map<TaskInstanceState | null, number>();

  constructor(snapshot: RunSnapshot) {
    this.snapshot = snapshot;
    this.runState = snapshot.state;
    this.index = indexOf(snapshot.graph, snapshot.taskInstances);
  }

  /** Indexes of the instances of the task at a position of `graph.order`. */
  instancesAt(position: number): readonly number[] {
    return this.index.instances[position] ?? [];
  }

  /** Index of the instance with a map index; of a task that is not expanded yet its placeholder, undefined where there is none. */
  instanceWith(position: number, mapIndex: number): number | undefined {
    const indexes = this.instancesAt(position);
    // Map indexes have no gaps, save where a hand made some: the place is the map index.
    const at = indexes[mapIndex];
    if (at !== undefined && this.instance(at).mapIndex === mapIndex) return at;
    return indexes.find((index) => [mapIndex, NOT_MAPPED].includes(this.instance(index).mapIndex));
  }

  /** A task instance as the snapshot has it (its state may have been moved on: see `stateOf`). */
  instance(index: number): TaskInstanceSnapshot {
    const found = this.snapshot.taskInstances[index];
    invariant(found, `run ${this.snapshot.runId} has no task instance at ${index}`);
    return found;
  }

  stateOf(index: number): TaskInstanceState | null {
    const moved = this.states.get(index);
    return moved !== undefined || this.states.has(index) ? (moved ?? null) : this.instance(index).state;
  }

  /** Elements of a task instance's result, where something is mapped over it. */
  resultLengthOf(index: number): number | null {
    return this.moved.get(index)?.resultLength ?? this.instance(index).resultLength ?? null;
  }

  /** Tasks that a task instance left out. */
  skipsOf(index: number): readonly string[] {
    return this.moved.get(index)?.skips ?? this.instance(index).skips ?? [];
  }

  /** Tasks whose instances have moved since the last call. */
  takeMovedTasks(): ReadonlySet<string> {
    const taken = this.movedTasks;
    if (taken.size > 0) this.movedTasks = new Set();
    return taken;
  }

  /** Gives a mapped task its instances. */
  expand(transition: ExpandTransition): void {
    this.transitions.push(transition);
    this.hasExpanded = true;
  }

  upstreamOf(position: number): UpstreamCounts {
    const counts = this.counts.get(position) ?? this.index.upstream[position];
    invariant(counts, `Dag ${this.snapshot.dagId} has no task at ${position}`);
    return counts;
  }

  /** How many task instances are in one of these states. */
  countIn(...states: readonly (TaskInstanceState | null)[]): number {
    return states.reduce(
      (sum, state) => sum + (this.index.tally.get(state) ?? 0) + (this.tallyOfMoves.get(state) ?? 0),
      0,
    );
  }

  /** Task instances that wait for a moment of their own, by the snapshot. */
  timed(): ReadonlySet<number> {
    return this.index.timed;
  }

  /** Indexes of the task instances whose state (after the moves so far) satisfies a condition; walks all of them. */
  indexesWhere(condition: (state: TaskInstanceState | null, instance: TaskInstanceSnapshot) => boolean): number[] {
    return this.snapshot.taskInstances.flatMap((instance, index) =>
      condition(this.stateOf(index), instance) ? [index] : [],
    );
  }

  /** Moves the run. @throws InvariantError where the contract's table does not allow it */
  moveRun(to: RunState, reason: TransitionReason): void {
    invariant(RUN_TRANSITIONS[this.runState].includes(to), `a run cannot go from ${this.runState} to ${to}`);
    this.transitions.push({ kind: "run", from: this.runState, to, reason });
    this.runState = to;
  }

  /** Moves a task instance. @throws InvariantError where the contract's table does not allow it */
  move(index: number, to: TaskInstanceState | null, reason: TransitionReason, details: MoveDetails = {}): void {
    const instance = this.instance(index);
    const from = this.stateOf(index);
    invariant(isLegalTransition(from, to), `a task instance cannot go from ${from} to ${to} (${reason})`);
    const { id, taskId, mapIndex } = instance;
    this.transitions.push({
      kind: "task_instance",
      id,
      taskId,
      mapIndex,
      from,
      to,
      reason,
      tryNumber: instance.tryNumber,
      ...details,
    });
    this.states.set(index, to);
    this.moved.set(index, details);
    this.movedTasks.add(taskId);
    addToTally(this.tallyOfMoves, from, -1);
    addToTally(this.tallyOfMoves, to, 1);
    this.recountDownstream(taskId, from, to);
  }

  /** The earliest of the moments that task instances still wait for. */
  *pendingMoments(): Iterable<NonNullable<TaskInstanceSnapshot["notBefore"]>> {
    for (const index of this.index.timed) {
      const { notBefore } = this.instance(index);
      if (notBefore !== null && isTimed(this.stateOf(index))) yield notBefore;
    }
    for (const transition of this.transitions) {
      if (transition.kind === "task_instance" && transition.notBefore) yield transition.notBefore;
    }
  }

  private recountDownstream(taskId: string, from: TaskInstanceState | null, to: TaskInstanceState | null): void {
    if (!isTerminalState(from) && !isTerminalState(to)) return;
    const { graph } = this.snapshot;
    const isSetup = graph.tasks.get(taskId)?.isSetup === true;
    for (const below of graph.downstream.get(taskId) ?? []) {
      const position = graph.position.get(below) ?? -1;
      let counts = this.counts.get(position);
      if (!counts) {
        counts = { ...this.upstreamOf(position) };
        this.counts.set(position, counts);
      }
      countUpstream(counts, from, isSetup, -1);
      countUpstream(counts, to, isSetup, 1);
    }
  }
}
