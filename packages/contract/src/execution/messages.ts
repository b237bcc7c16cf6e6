import type { JsonObject, JsonValue } from "../json.ts";
import type { Refusal } from "../refusals/refusal.ts";
import type { RunState } from "../states/run-state.ts";
import type { Instant } from "../time.ts";
import type { AttemptContext, AttemptOutcome, ConnectionValue } from "./attempt.ts";

/** What user code asks of the control plane while it runs; each is answered by one `response`. */
export type AttemptRequest =
  | { readonly kind: "getConnection"; readonly connectionId: string }
  | { readonly kind: "getVariable"; readonly key: string }
  | {
      readonly kind: "getXcom";
      readonly taskId: string;
      readonly key: string;
      readonly mapIndex?: number;
      readonly runId?: string;
    }
  /** All values of a mapped task, by map index; those that left nothing are left out. */
  | { readonly kind: "listXcoms"; readonly taskId: string; readonly key: string; readonly runId?: string }
  | { readonly kind: "setXcom"; readonly key: string; readonly value: JsonValue }
  | { readonly kind: "setVariable"; readonly key: string; readonly value: string }
  /** Makes a run of a Dag (its own or another) through the same decision as every door, as operator of this run. */
  | {
      readonly kind: "triggerDagRun";
      readonly dagId: string;
      readonly runId?: string;
      readonly logicalDate?: Instant | null;
      readonly conf: JsonObject;
      readonly note?: string;
      /** Where a run of that id or date exists: clear it instead of refusing. */
      readonly resetDagRun?: boolean;
    }
  | { readonly kind: "getDagRun"; readonly dagId: string; readonly runId: string }
  /** States by `<task id or empty>|<logical date>`; null: there is none (yet). */
  | {
      readonly kind: "getExternalStates";
      readonly dagId: string;
      readonly logicalDates: readonly Instant[];
      readonly taskIds: readonly string[] | null;
    };

/** The answer to an `AttemptRequest`; null where the thing does not exist. */
export type AttemptResponse =
  | { readonly kind: "connection"; readonly value: ConnectionValue | null }
  | { readonly kind: "variable"; readonly value: string | null }
  | { readonly kind: "xcom"; readonly found: boolean; readonly value: JsonValue }
  | { readonly kind: "xcoms"; readonly values: readonly { readonly mapIndex: number; readonly value: JsonValue }[] }
  | {
      readonly kind: "dagRun";
      readonly run: { readonly dagId: string; readonly runId: string; readonly state: RunState } | null;
    }
  | { readonly kind: "states"; readonly states: { readonly [key: string]: string | null } }
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** From the supervisor to a runner. */
export type ToRunner =
  | { readonly type: "run"; readonly attempt: AttemptContext }
  | { readonly type: "response"; readonly id: number; readonly response: AttemptResponse }
  /** The handler's `AbortSignal` fires; the supervisor kills the process group after its grace. */
  | { readonly type: "cancel"; readonly attemptId: string; readonly reason: string }
  /** Bundles to load before they are needed. */
  | { readonly type: "preload"; readonly bundles: readonly { readonly hash: string; readonly path: string }[] };

/** From a runner to its supervisor. */
export type FromRunner =
  | { readonly type: "ready"; readonly pid: number }
  | { readonly type: "request"; readonly id: number; readonly attemptId: string; readonly request: AttemptRequest }
  | { readonly type: "finished"; readonly attemptId: string; readonly outcome: AttemptOutcome };
