import type { JsonObject, JsonValue, RunState, RunType, TaskInstanceState } from "@windlass/contract/browser";

/** v2's Dag run. */
export interface DagRun {
  readonly dag_run_id: string;
  readonly dag_id: string;
  readonly logical_date: string | null;
  readonly queued_at: string | null;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly data_interval_start: string | null;
  readonly data_interval_end: string | null;
  readonly run_after: string;
  readonly run_type: RunType;
  readonly state: RunState;
  readonly triggered_by: string | null;
  readonly triggering_user_name: string | null;
  readonly conf: JsonObject | null;
  readonly note: string | null;
  readonly dag_versions?: readonly { readonly version_number: number }[];
}

/** v2's task instance. */
export interface TaskInstance {
  readonly id: string;
  readonly task_id: string;
  readonly dag_id: string;
  readonly dag_run_id: string;
  readonly map_index: number;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly state: TaskInstanceState | null;
  readonly try_number: number;
  readonly max_tries: number;
  readonly hostname: string | null;
  readonly pool: string;
  readonly pool_slots: number;
  readonly queue: string | null;
  readonly priority_weight: number | null;
  readonly operator: string | null;
  readonly queued_when: string | null;
  readonly scheduled_when: string | null;
  readonly pid: number | null;
  readonly note: string | null;
  readonly rendered_map_index: string | null;
  readonly rendered_fields: JsonObject | null;
}

/** Why something does not move. */
export interface Why {
  readonly state: string | null;
  readonly moving: boolean;
  readonly reasons: readonly {
    readonly code: string;
    readonly summary: string;
    readonly fix: string | null;
    readonly since?: string | null;
    readonly detail?: JsonValue;
  }[];
}

/** v2's XCom entry. */
export interface XCom {
  readonly key: string;
  readonly timestamp: string;
  readonly map_index: number;
  readonly value?: JsonValue;
}
