import type {
  AssetEventValue,
  AttemptRun,
  Instant,
  JsonObject,
  JsonValue,
  Refusal,
  RunState,
  TaskInstanceState,
} from "@windlass/contract";
import type { Asset } from "./asset.ts";
import type { ParamInput } from "./params.ts";

/** A connection as a test gives it: an address such as `postgres://user:password@host/database`, or its parts. */
export type TestConnection =
  | string
  | {
      readonly connType: string;
      readonly host?: string;
      readonly login?: string;
      readonly password?: string;
      readonly schema?: string;
      readonly port?: number;
      readonly extra?: JsonObject;
    };

/** An event of an asset that made a test's run. */
export interface GivenAssetEvent {
  readonly asset: Asset;
  readonly extra?: JsonObject;
  readonly partitionKey?: string;
}

/** What ends a wait of a task: what `defer` gives; for a run or tasks of another Dag just their state; `"timeout"`: its time-out comes first. */
export type TestedWait = "success" | "failed" | "skipped" | "timeout" | JsonObject;

/** What a person answers: an option, several, or with the fields of the form and who it was; `"timeout"`: nobody answers. */
export type TestedAnswer =
  | string
  | readonly string[]
  | {
      readonly chosen: string | readonly string[];
      readonly input?: JsonObject;
      /** @default "tester" */
      readonly by?: string;
    };

/** A Dag that tasks may ask about. */
export interface TestedDag {
  readonly isPaused?: boolean;
  readonly taskIds?: readonly string[];
  readonly taskGroupIds?: readonly string[];
}

/** A run that a task of the test made. */
export interface TriggeredTestRun {
  /** The task that made it. */
  readonly taskId: string;
  readonly mapIndex: number;
  readonly dagId: string;
  readonly runId: string;
  readonly logicalDate: Instant | null;
  readonly conf: JsonObject;
}

/** What `dag.test` may be told. */
export interface DagTestOptions<P = Record<string, unknown>> {
  /** What a caller would send as conf. */
  readonly params?: ParamInput<P>;
  readonly connections?: Readonly<Record<string, TestConnection>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Environment of the tasks; what `requires.env` names must be here. */
  readonly env?: Readonly<Record<string, string>>;
  readonly runId?: string;
  /** The events that make the run: it is one as a schedule by assets makes it. @default none */
  readonly triggeringAssetEvents?: readonly GivenAssetEvent[];
  /** The partition that the run stands for. @default none */
  readonly partitionKey?: string;
  /**
   * What ends the waits of tasks, by task id; several waits of a task one after another as a list. A run that a task made and waits for succeeds where nothing
   * is said; tasks and runs of other Dags do not get there, so that their sensor comes to its time-out.
   */
  readonly waits?: Readonly<Record<string, TestedWait | readonly TestedWait[]>>;
  /** What people answer, by task id. Without an answer the task's time-out counts; where it has none the test throws. */
  readonly humanAnswers?: Readonly<Record<string, TestedAnswer>>;
  /** Other Dags that tasks ask about (`checkExistence`, `failWhenDagIsPaused`), by id. @default none exists */
  readonly dags?: Readonly<Record<string, TestedDag>>;
  /** @default now */
  readonly runAfter?: string | Date;
  /** @default none */
  readonly logicalDate?: string | Date | null;
}

/** One task instance after the run. */
export interface TestedTaskInstance {
  readonly taskId: string;
  /** -1 where the task is not mapped, or was not expanded. */
  readonly mapIndex: number;
  readonly state: TaskInstanceState | null;
  /** How many tries it took; 0 where it never started. */
  readonly tryNumber: number;
  /** Its result; undefined where it left none. */
  readonly xcom: JsonValue | undefined;
  /** Why the last try failed. */
  readonly error: { readonly kind: string; readonly name: string; readonly message: string } | null;
}

/** One line that a task logged or printed. */
export interface TestedLogLine {
  readonly taskId: string;
  readonly tryNumber: number;
  readonly level: "debug" | "info" | "warning" | "error" | "critical";
  readonly message: string;
  readonly fields?: JsonObject;
}

/** A callback that was called. */
export interface TestedCallback {
  readonly of: "task" | "dag" | "deadline";
  readonly kind: "success" | "failure" | "retry" | "skipped" | "missed";
  /** null for a callback of the Dag or of a deadline. */
  readonly taskId: string | null;
  readonly mapIndex: number;
  readonly tryNumber: number;
  /** Which of the functions of a list. */
  readonly index: number;
  readonly reason: string;
  readonly dedupeKey: string;
  /** What it threw; null where it returned. In production it would be called again. */
  readonly error: { readonly kind: string; readonly name: string; readonly message: string } | null;
}

/** An alert that would have been sent. */
export interface TestedAlert {
  readonly event: "failure" | "success" | "deadline";
  readonly kind: "webhook" | "slack" | "email";
  readonly connection: string | null;
}

/** What came of a run in this process. */
export interface DagTestResult {
  /** `refused`: no run was made; `refusals` says why. */
  readonly state: RunState | "refused";
  readonly run: AttemptRun | null;
  /** In topological order. */
  readonly taskInstances: readonly TestedTaskInstance[];
  /** Every XCom, by task and key. */
  readonly xcoms: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
  /** The events of the outlets of what succeeded, in the order of the successes. */
  readonly assetEvents: readonly AssetEventValue[];
  /** The runs of other Dags that tasks made, which are not executed. */
  readonly triggeredRuns: readonly TriggeredTestRun[];
  readonly logs: readonly TestedLogLine[];
  /** Callbacks in the order of the states that caused them; `onExecute` is part of its attempt. */
  readonly callbacks: readonly TestedCallback[];
  /** Nothing is sent. */
  readonly alerts: readonly TestedAlert[];
  readonly refusals: readonly Refusal[];
}
