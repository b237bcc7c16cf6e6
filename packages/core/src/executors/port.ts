import type { AttemptContext, AttemptError, AttemptOutcome, AttemptRequest, AttemptResponse } from "@windlass/contract";

/** What an executor tells whoever started attempts with it. */
export interface ExecutorEvents {
  /** The runner's own report, or the executor's where the runner's process ended without one. It is a claim; only its commit counts. */
  finished(attemptId: string, outcome: AttemptOutcome): void;
  /** An attempt that was cancelled has ended. */
  cancelled(attemptId: string): void;
  /** An attempt was ended, or not begun, because the executor stops: the same try is to be made again. */
  interrupted(attemptId: string): void;
  /** Answers what user code asks while it runs. */
  answer(attemptId: string, request: AttemptRequest): Promise<AttemptResponse>;
}

/** Something that runs attempts. It holds no truth: whatever it forgets, leases and the database bring back. */
export interface Executor {
  /** Shown with the task instance. */
  readonly hostname: string;
  start(events: ExecutorEvents): Promise<void>;
  /**
   * How many more attempts of tasks it takes now. It never grows smaller but by `run`, so who asks may rely on it until then. Callbacks have places
   * beside these, as many as whoever runs them hands over at a time: neither keeps the other from its turn.
   */
  freeSlots(): number;
  /** Runs an attempt whose start is committed. Of attempts that wait for a process the one with the higher priority comes first. */
  run(attempt: AttemptContext, priority: number): void;
  /** Ends an attempt whose permission is gone: asks, and kills its whole process group after the grace. `cancelled` follows, and no report. */
  cancel(attemptId: string, reason: string): void;
  /** Attempts that it has and has not reported on. */
  attempts(): readonly string[];
  /** Lets bundles be loaded before they are needed. */
  preload(bundles: readonly { readonly hash: string; readonly path: string }[]): void;
  /**
   * Takes no more attempts, leaves those that run the grace to end by themselves, and ends the others and every process. Of what was ended
   * `interrupted` tells. Safe twice.
   */
  stop(): Promise<void>;
}

/** How many processes and attempts an executor has, for status pages. */
export interface ExecutorStatus {
  readonly slots: number;
  readonly attempts: number;
  readonly waiting: number;
  readonly processes: number;
}

/** What is said of an attempt that was ended because its executor stops. */
export const INTERRUPTED: AttemptError = {
  kind: "cancelled",
  name: "Shutdown",
  message: "Windlass was stopped while the attempt ran.",
  stack: null,
};

/** An outcome for an attempt that ended without a report of its own. It may be tried again. */
export function lostOutcome(error: AttemptError): AttemptOutcome {
  return { state: "failed", error, mayRetry: true };
}
