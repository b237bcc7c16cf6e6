import type { JsonObject, JsonValue, RunState, RunType, TaskInstanceState } from "@windlass/contract/browser";

/** A run as a bar of the Dag list. */
export interface LastRun {
  readonly run_id: string;
  readonly state: RunState;
  readonly run_type: RunType;
  readonly run_after: string;
  readonly start_date: string | null;
  readonly end_date: string | null;
}

/** A schedule with words for people. */
export interface Schedule {
  readonly kind: string;
  readonly expression?: string;
  readonly timezone?: string;
  readonly seconds?: number;
  readonly text: string;
}

/** A Dag as a row of the native list. */
export interface DagRow {
  readonly dag_id: string;
  readonly display_name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly owners: readonly string[];
  readonly is_paused: boolean;
  readonly is_stale: boolean;
  readonly has_import_errors: boolean;
  readonly schedule: Schedule;
  readonly next_run_after: string | null;
  /** Oldest first, at most 14. */
  readonly last_runs: readonly LastRun[];
  readonly has_params: boolean;
  readonly may: { readonly trigger: boolean; readonly pause: boolean };
}

/** Page of the native list of Dags. */
export interface DagPage {
  readonly dags: readonly DagRow[];
  readonly total_entries: number;
}

/** One param, as v2's details show it. */
export interface DagParam {
  readonly value?: JsonValue;
  readonly schema?: JsonObject;
  readonly description?: string | null;
}

/** Members of v2's Dag details that screens read. */
export interface DagDetails {
  readonly dag_id: string;
  readonly dag_display_name: string;
  readonly is_paused: boolean;
  readonly is_stale: boolean;
  readonly has_import_errors: boolean;
  readonly description: string | null;
  readonly doc_md: string | null;
  readonly timetable_summary: string | null;
  readonly timetable_description: string | null;
  readonly tags: readonly { readonly name: string }[];
  readonly owners: readonly string[];
  readonly params: Readonly<Record<string, DagParam>> | null;
  readonly fileloc: string;
  readonly relative_fileloc: string | null;
  readonly last_parsed_time: string | null;
  readonly next_dagrun_run_after: string | null;
  readonly max_active_runs: number | null;
  readonly max_active_tasks: number;
  readonly catchup: boolean;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly dag_run_timeout: string | null;
  readonly timezone: string | null;
  readonly active_runs_count?: number;
  readonly latest_dag_version: { readonly version_number: number; readonly created_at?: string } | null;
}

/** A Dag file that did not load. */
export interface ImportError {
  readonly import_error_id: number;
  readonly timestamp: string;
  readonly filename: string;
  readonly line?: number | null;
  readonly stack_trace: string;
  readonly code?: string | null;
  readonly summary?: string | null;
  readonly reason?: string | null;
  readonly fix?: string | null;
}

/** A task in the structure of one version. */
export interface StructureTask {
  readonly task_id: string;
  readonly operator: string;
  readonly upstream: readonly string[];
  readonly trigger_rule: string;
  readonly retries: number;
  readonly pool: string;
  readonly group_id: string | null;
}

/** The structure of one version of a Dag. */
export interface Structure {
  readonly dag_id: string;
  readonly version_number: number;
  readonly tasks: readonly StructureTask[];
  readonly groups: readonly {
    readonly group_id: string;
    readonly parent: string | null;
    readonly display_name: string;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string | null }[];
}

/** What somebody may do with a Dag, by action name. */
export interface Capabilities {
  readonly dag_id?: string | null;
  readonly actions: Readonly<
    Record<
      string,
      {
        readonly allowed: boolean;
        readonly missing?: readonly string[];
        readonly roles?: readonly string[];
        readonly does?: string;
      }
    >
  >;
}

/** State of a task in a list of the grid. */
export type CellState = TaskInstanceState | "none" | "absent";
