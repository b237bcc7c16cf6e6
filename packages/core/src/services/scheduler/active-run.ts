import {
  type AttemptOutcome,
  type Instant,
  type JsonValue,
  RETURN_VALUE_KEY,
  type TriggerEvent,
  type XcomElsewhere,
} from "@windlass/contract";
import type { QueueCandidate } from "../../domain/limits/slots.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "../../domain/snapshot.ts";
import type { Transition } from "../../domain/transition.ts";
import type { LoadedRun, RunDetails } from "../../store/load-run.ts";

/** What was heard about an attempt and is not committed yet. */
export type AttemptReport =
  /** `again`: a commit that may have come through held it already, so that nobody wonders if it comes late. */
  | { readonly kind: "outcome"; readonly attemptId: string; readonly outcome: AttemptOutcome; readonly again?: boolean }
  /** Its lease is over, the boot that ran it is gone, or it was ended because it had lost its permission. */
  | { readonly kind: "lost"; readonly attemptId: string }
  /** What it waited for has happened. */
  | { readonly kind: "trigger"; readonly attemptId: string; readonly event: TriggerEvent }
  /** It was ended because this process stops in order, and did nothing wrong. */
  | { readonly kind: "interrupted"; readonly attemptId: string }
  /** It was queued and nobody started it. */
  | { readonly kind: "never_started"; readonly attemptId: string };

/** A run in memory: a cache of its rows, right as long as the version is. */
export class ActiveRun {
  snapshot: RunSnapshot;
  readonly details: RunDetails;
  /** Tasks whose instances changed since the last decision; null: look at all of them. */
  changed: Set<string> | null = null;
  reports: AttemptReport[] = [];
  nextCheckAt: Instant | null = null;
  /** Task instances that wait for slots. */
  readonly scheduled = new Map<number, QueueCandidate>();
  /**
   * Return values that other tasks take as inputs, as far as they came through this process since the run was loaded: whoever else changes an XCom has
   * the run loaded again.
   */
  readonly xcoms = new Map<string, JsonValue>();
  /** The same of values that are not in the database; only where they are. */
  readonly elsewhere = new Map<string, XcomElsewhere>();

  constructor({ snapshot, details }: LoadedRun) {
    this.snapshot = snapshot;
    this.details = details;
    for (const instance of snapshot.taskInstances) {
      if (instance.state === "scheduled") this.scheduled.set(instance.id, candidateOf(snapshot, instance));
    }
  }

  get id(): number {
    return this.snapshot.id;
  }

  /** Takes over what a commit has written. */
  committed(
    after: RunSnapshot,
    transitions: readonly Transition[],
    candidates: ReadonlyMap<number, QueueCandidate>,
  ): void {
    this.snapshot = { ...after, version: after.version + 1 };
    for (const transition of transitions) {
      if (transition.kind !== "task_instance") continue;
      // A new attempt begins without what an earlier one left.
      if (transition.to === "queued") {
        const left = xcomKey(transition.taskId, transition.mapIndex, RETURN_VALUE_KEY);
        this.xcoms.delete(left);
        this.elsewhere.delete(left);
      }
      const candidate = transition.to === "scheduled" ? candidates.get(transition.id) : undefined;
      if (candidate) this.scheduled.set(transition.id, candidate);
      else this.scheduled.delete(transition.id);
    }
  }
}

/** What a scheduled task instance competes with for slots. */
export function candidateOf(
  run: RunSnapshot,
  instance: Pick<TaskInstanceSnapshot, "id" | "taskId" | "mapIndex">,
): QueueCandidate {
  const task = run.graph.tasks.get(instance.taskId);
  return {
    id: instance.id,
    dagId: run.dagId,
    taskId: instance.taskId,
    mapIndex: instance.mapIndex,
    dagRunId: run.id,
    runAfter: run.runAfter,
    pool: task?.pool ?? "",
    poolSlots: task?.poolSlots ?? 1,
    queue: task?.queue ?? "",
    effectiveWeight: run.graph.effectiveWeight.get(instance.taskId) ?? 1,
    maxActiveTasks: run.graph.dag.maxActiveTasks,
    maxActivePerDag: task?.maxActivePerDag ?? null,
    maxActivePerRun: task?.maxActivePerRun ?? null,
  };
}

/** The key of an XCom in `ActiveRun.xcoms`. */
export function xcomKey(taskId: string, mapIndex: number, key: string): string {
  return `${taskId}\n${String(mapIndex)}\n${key}`;
}
