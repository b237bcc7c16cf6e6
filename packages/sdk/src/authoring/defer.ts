import {
  addSeconds,
  type Instant,
  type HumanRequest,
  InvariantError,
  type JsonValue,
  type RunState,
  type SerializedTrigger,
  type TaskInstanceState,
  type TriggerEvent,
} from "@windlass/contract";
import { momentText } from "./between-dags.ts";
import { type Duration, durationSeconds } from "./duration.ts";
import { contextStorage, type TaskContext } from "./context.ts";

/** What a wait ends with. */
export type Until =
  | { readonly kind: "time"; readonly moment: string | Date }
  | { readonly kind: "duration"; readonly span: Duration }
  | { readonly kind: "trigger"; readonly trigger: Exclude<SerializedTrigger, { readonly kind: "moment" }> };

/** Tasks or runs of another Dag to wait for: at logical dates, or in runs with these ids. */
export interface UntilTasks {
  readonly dagId: string;
  readonly logicalDates?: readonly (string | Date)[];
  readonly runIds?: readonly string[];
  /** @default all of the group, or the run itself */
  readonly taskIds?: readonly string[] | null;
  readonly taskGroupId?: string | null;
  /** @default ["success"] */
  readonly allowedStates?: readonly TaskInstanceState[];
  /** One such state ends the wait at once, as `failed`. @default none */
  readonly failedStates?: readonly TaskInstanceState[];
  /** The same, as `skipped`. @default none */
  readonly skippedStates?: readonly TaskInstanceState[];
}

/** What `defer` can wait for. */
export const until = {
  /** A moment: text in ISO 8601 with a zone, or a Date. */
  time: (moment: string | Date): Until => ({ kind: "time", moment }),
  /** A span from now on. */
  duration: (span: Duration): Until => ({ kind: "duration", span }),
  /** A run of another Dag that has reached one of these states (success or failed, unless others are named); gives `{ dag_id, run_id, state }`. */
  dagRun: (run: { readonly dagId: string; readonly runId: string; readonly states?: readonly RunState[] }): Until => ({
    kind: "trigger",
    trigger: { kind: "dag_run", dagId: run.dagId, runId: run.runId, states: run.states ?? ["success", "failed"] },
  }),
  /** Tasks, a task group or whole runs of another Dag; gives `{ status }`: `success`, `failed` or `skipped`. */
  tasks: (tasks: UntilTasks): Until => ({
    kind: "trigger",
    trigger: {
      kind: "task_instances",
      dagId: tasks.dagId,
      logicalDates: (tasks.logicalDates ?? []).map(momentText),
      runIds: tasks.runIds ?? [],
      taskIds: tasks.taskIds ?? null,
      taskGroupId: tasks.taskGroupId ?? null,
      allowedStates: tasks.allowedStates ?? ["success"],
      failedStates: tasks.failedStates ?? [],
      skippedStates: tasks.skippedStates ?? [],
    },
  }),
  /** A person's answer, as `dag.approval` and its like ask for it. @internal */
  human: (request: HumanRequest): Until => ({ kind: "trigger", trigger: { kind: "human", request } }),
};

/** The wait took longer than its `timeout`. Not caught, it fails the try. */
export class DeferralTimeout extends Error {
  override readonly name: string = "DeferralTimeout";
}

/** Ends the attempt so that the wait needs no process. @internal */
class DeferSignal extends Error {
  override readonly name: string = "DeferSignal";
}

/** The waits of one attempt. @internal */
export interface Deferrals {
  /** What ended the waits of the attempts before, in order. */
  readonly events: readonly TriggerEvent[];
  readonly now: () => Instant;
  used: number;
  pending: { readonly trigger: SerializedTrigger; readonly timeoutSeconds: number | null } | undefined;
}

const DEFERRALS: unique symbol = Symbol.for("windlass.deferrals");
type Holder = { [DEFERRALS]?: WeakMap<TaskContext, Deferrals> };

/** The waits by the context of their attempt. @internal */
export function deferralsOf(): WeakMap<TaskContext, Deferrals> {
  return ((globalThis as Holder)[DEFERRALS] ??= new WeakMap());
}

function triggerOf(wait: Until, now: Instant): SerializedTrigger {
  switch (wait.kind) {
    case "time":
      return { kind: "moment", moment: momentText(wait.moment) };
    case "duration":
      return { kind: "moment", moment: addSeconds(now, secondsOf(wait.span)) };
    case "trigger":
      return wait.trigger;
  }
}

function secondsOf(span: Duration): number {
  const seconds = durationSeconds(span);
  if (seconds === undefined)
    throw new InvariantError(`${JSON.stringify(span)} is no duration: write "5m" or { minutes: 5 }.`);
  return seconds;
}

/**
 * Waits without a worker: the attempt ends here, its process is free, and when the wait is over the handler runs again **from its start**, where this
 * call (counted in the order of calls) then gives what ended the wait. So what stands before it runs again: keep it cheap and repeatable, and call
 * `defer` in the same order each time.
 * @throws DeferralTimeout where the wait took longer than `timeout`; InvariantError where a moment or a duration cannot be read
 * @example await defer(until.duration("2h"));
 */
export async function defer(wait: Until, options: { readonly timeout?: Duration } = {}): Promise<JsonValue> {
  const context = contextStorage().getStore();
  const deferrals = context && deferralsOf().get(context);
  if (!deferrals) {
    throw new InvariantError(
      "defer() works only while a task runs, in the handler itself. A sensor waits by its mode and interval instead.",
    );
  }
  // One wait at a time: another one that was begun beside it comes when the handler runs again.
  if (deferrals.pending) throw new DeferSignal("the task waits; let this error pass");
  const event = deferrals.events[deferrals.used];
  deferrals.used += 1;
  if (event?.kind === "timeout") throw new DeferralTimeout("The wait took longer than its timeout.");
  if (event) return event.payload;
  const trigger = triggerOf(wait, deferrals.now());
  const timeoutSeconds = options.timeout === undefined ? null : secondsOf(options.timeout);
  deferrals.pending = { trigger, timeoutSeconds };
  throw new DeferSignal("the task waits; let this error pass");
}
