import type { JsonObject } from "../json.ts";
import type { RunState, RunType } from "../states/run-state.ts";
import type { TaskInstanceState } from "../states/task-instance-state.ts";
import type { Instant } from "../time.ts";

/** Which runs of a Dag are meant: those of these logical dates, or with these ids; neither: all. */
export interface RunChoice {
  readonly dagId: string;
  readonly logicalDates?: readonly Instant[];
  readonly runIds?: readonly string[];
}

/** What user code asks about other Dags while it runs; after Airflow's Task SDK. */
export type BetweenDagsRequest =
  | {
      readonly kind: "triggerDagRun";
      /** The how-manieth trigger of this attempt it is, from 0: a repeated attempt of the same try gets the run that the first one made. */
      readonly call: number;
      readonly dagId: string;
      readonly runId?: string;
      /** null: a run without a logical date; left out: the present moment. */
      readonly logicalDate?: Instant | null;
      readonly runAfter?: Instant;
      readonly conf?: JsonObject;
      readonly note?: string;
      /** A run that has the id or the logical date already is cleared instead of refused. */
      readonly reset?: boolean;
    }
  | { readonly kind: "getDag"; readonly dagId: string }
  | { readonly kind: "getDagRun"; readonly dagId: string; readonly runId: string }
  | {
      readonly kind: "getPreviousDagRun";
      readonly dagId: string;
      readonly logicalDate: Instant;
      readonly state?: RunState;
    }
  | ({ readonly kind: "countDagRuns"; readonly states?: readonly RunState[] } & RunChoice)
  | ({
      readonly kind: "countTaskInstances";
      readonly taskIds?: readonly string[];
      readonly taskGroupId?: string;
      readonly mapIndex?: number;
      readonly states?: readonly TaskInstanceState[];
    } & RunChoice)
  | ({
      readonly kind: "getTaskStates";
      readonly taskIds?: readonly string[];
      readonly taskGroupId?: string;
      readonly mapIndex?: number;
    } & RunChoice);

/** The answers to `BetweenDagsRequest`; null where the thing does not exist. */
export type BetweenDagsResponse =
  | { readonly kind: "dag"; readonly value: DagValue | null }
  /** `warnings`: why a run that was just made does not start at once. */
  | { readonly kind: "dagRun"; readonly value: DagRunValue | null; readonly warnings?: readonly string[] }
  | { readonly kind: "count"; readonly value: number }
  /** By run id; then by task id, of a mapped instance with `_` and its map index behind it. */
  | {
      readonly kind: "taskStates";
      readonly value: { readonly [runId: string]: { readonly [task: string]: TaskInstanceState | null } };
    };

/** What a task may know of another Dag. */
export interface DagValue {
  readonly dagId: string;
  readonly isPaused: boolean;
  readonly isStale: boolean;
  readonly hasImportErrors: boolean;
  readonly taskIds: readonly string[];
  readonly taskGroupIds: readonly string[];
}

/** What a task may know of a run of another Dag. */
export interface DagRunValue {
  readonly dagId: string;
  readonly runId: string;
  readonly state: RunState;
  readonly runType: RunType;
  readonly logicalDate: Instant | null;
  readonly dataIntervalStart: Instant | null;
  readonly dataIntervalEnd: Instant | null;
  readonly runAfter: Instant;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly conf: JsonObject;
  readonly note: string | null;
}
