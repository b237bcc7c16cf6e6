import type { CallbackSubject, JsonObject, NamedTaskInstance } from "@windlass/contract";
import type { TaskContext, TaskLog, TaskRun } from "./context.ts";
import type { TaskClient } from "./client.ts";

/** What went wrong, as it was reported. */
export interface CallbackError {
  /** The cause without reading the text: `error`, `timeout`, `lost`, `out-of-memory` … */
  readonly kind: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
}

interface CallbackFacts {
  readonly dagId: string;
  readonly runId: string;
  readonly dagRun: TaskRun;
  /** The Dag's params: defaults overlaid with what the caller sent. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The same whenever this call is made again: hand it to whatever must not happen twice. */
  readonly dedupeKey: string;
  /** 1 the first time; more where an earlier call threw, or its process ended. */
  readonly delivery: number;
  /** Why: the engine's rule for a task (`attempt_failed`, `lease_expired` …), Airflow's word for a Dag (`task_failure`, `timed_out` …). */
  readonly reason: string;
  /** Fires when the call takes too long. */
  readonly signal: AbortSignal;
  readonly env: { readonly [name: string]: string };
  readonly log: TaskLog;
  /** Connections, variables and XComs; a callback reads XComs and leaves none. */
  readonly client: TaskClient;
}

/** What a callback of a task is told: the task instance as it was when it came about. Moments are text in UTC. */
export interface TaskCallbackContext extends CallbackFacts {
  readonly kind: "success" | "failure" | "retry" | "skipped";
  readonly taskId: string;
  /** -1 where the task is not mapped. */
  readonly mapIndex: number;
  readonly tryNumber: number;
  readonly maxTries: number;
  readonly state: string;
  readonly startDate: string | null;
  readonly endDate: string | null;
  /** With `failure` and `retry`. */
  readonly error: CallbackError | null;
}

/** What a callback of a Dag is told: the run as it ended. */
export interface DagCallbackContext extends CallbackFacts {
  readonly kind: "success" | "failure";
  readonly state: "success" | "failed";
  readonly endDate: string | null;
  /** The task instance that ended last, of those that failed where the run failed. */
  readonly taskInstance: NamedTaskInstance | null;
  /** Those that failed, the first hundred. */
  readonly failed: readonly NamedTaskInstance[];
}

/** What a callback of a deadline is told. */
export interface DeadlineCallbackContext extends CallbackFacts {
  readonly kind: "missed";
  /** The run's state when the deadline was found missed. */
  readonly state: string;
  readonly deadline: { readonly name: string | null; readonly time: string; readonly missedAt: string };
}

/** Any of the three. */
export type CallbackContext = TaskCallbackContext | DagCallbackContext | DeadlineCallbackContext;

/** One function, or several that are called independently of each other. */
export type Callbacks<C> = ((context: C) => unknown) | readonly ((context: C) => unknown)[];

/** Called before the handler, in its own process and with its own context. */
export type ExecuteCallbacks = Callbacks<TaskContext>;

/** The functions of an option, whatever its shape; what is none is the serializer's business. @internal */
export function callbackList(given: unknown): readonly unknown[] {
  if (given === undefined || given === null) return [];
  return Array.isArray(given) ? (given as readonly unknown[]) : [given];
}

/** The option that holds the functions for a kind. @internal */
export const CALLBACK_OPTIONS = {
  execute: "onExecute",
  success: "onSuccess",
  failure: "onFailure",
  retry: "onRetry",
  skipped: "onSkipped",
} as const;

/** What a subject says to its function. @internal */
export function subjectFacts(subject: CallbackSubject): JsonObject {
  switch (subject.of) {
    case "task": {
      const { of: _of, ...facts } = subject;
      return facts as unknown as JsonObject;
    }
    case "dag": {
      const { of: _of, error: _error, ...facts } = subject;
      return facts as unknown as JsonObject;
    }
    case "deadline": {
      const { name, deadline, missedAt, state } = subject;
      return { kind: "missed", state, reason: "deadline_missed", deadline: { name, time: deadline, missedAt } };
    }
  }
}
