import { ROOT, trigger } from "./operations.ts";
import { onAirflows, type Provocation } from "./provocation.ts";

const STRICT = { prefer: "handling=strict" };

/** A Dag or a run that is not there or takes no such request. */
export const runProvocations: readonly Provocation[] = [
  {
    code: "dag.unknown",
    on: {
      ...onAirflows((dialect) => trigger(dialect, "nowhere")),
      native: { path: `${ROOT.native}/dags/nowhere/structure` },
    },
  },
  { code: "dag.not_parsed_yet", where: "nothing-parsed", on: onAirflows((dialect) => trigger(dialect, "simple")) },
  { code: "dag.broken", on: onAirflows((dialect) => trigger(dialect, "broken")) },
  { code: "dag.stale", on: onAirflows((dialect) => trigger(dialect, "gone")) },
  { code: "dag.paused_strict", on: onAirflows((dialect) => ({ ...trigger(dialect, "paused"), headers: STRICT })) },
  { code: "dag.no_manual_runs", on: onAirflows((dialect) => trigger(dialect, "only_scheduled")) },
  {
    code: "dag.favorite_same",
    on: { v2: { method: "POST", path: "/api/v2/dags/simple/unfavorite" } },
  },
  { code: "params.missing", on: onAirflows((dialect) => trigger(dialect, "with_params")) },
  { code: "params.invalid", on: onAirflows((dialect) => trigger(dialect, "with_params", { conf: { name: 7 } })) },
  {
    code: "run.unknown",
    on: {
      ...onAirflows((dialect) => ({ path: `${ROOT[dialect]}/dags/simple/dagRuns/nowhere` })),
      native: { path: `${ROOT.native}/dags/simple/runs/nowhere/launch` },
    },
  },
  { code: "run.id_invalid", on: onAirflows((dialect) => trigger(dialect, "simple", { dag_run_id: "a b" })) },
  { code: "run.id_too_long", on: onAirflows((dialect) => trigger(dialect, "simple", { dag_run_id: "a".repeat(251) })) },
  {
    code: "run.id_reserved",
    on: onAirflows((dialect) => trigger(dialect, "simple", { dag_run_id: "scheduled__mine" })),
  },
  { code: "run.id_taken", on: onAirflows((dialect) => trigger(dialect, "simple", { dag_run_id: "there" })) },
  {
    code: "run.logical_date_taken",
    on: onAirflows((dialect) => trigger(dialect, "simple", { logical_date: "2026-03-01T00:00:00Z" })),
  },
  {
    code: "run.before_start_date",
    on: onAirflows((dialect) => trigger(dialect, "later", { logical_date: "2025-01-01T00:00:00Z" })),
  },
  { code: "run.no_tasks", on: onAirflows((dialect) => trigger(dialect, "empty")) },
  {
    code: "run.interval_incomplete",
    on: onAirflows((dialect) => trigger(dialect, "simple", { data_interval_start: "2026-01-01T00:00:00Z" })),
  },
  {
    code: "run.running_cannot_delete",
    on: { v2: { method: "DELETE", path: "/api/v2/dags/simple/dagRuns/there" } },
  },
  {
    code: "run.cannot_start_now",
    on: onAirflows((dialect) => ({ ...trigger(dialect, "one_at_a_time"), headers: STRICT })),
  },
  {
    code: "run.no_logical_date",
    on: onAirflows((dialect) => ({
      method: "POST",
      path: `${ROOT[dialect]}/dags/one_at_a_time/clearTaskInstances`,
      body: { dag_run_id: "there", include_past: true },
    })),
  },
  {
    code: "task_instance.running",
    on: {
      v2: {
        method: "POST",
        path: "/api/v2/dags/one_at_a_time/clearTaskInstances",
        body: { dag_run_id: "there", only_failed: false, dry_run: false, prevent_running_task: true },
      },
    },
  },
  {
    code: "task_instance.state_same",
    on: {
      v2: {
        method: "PATCH",
        path: "/api/v2/dags/simple/dagRuns/there/taskInstances/done",
        body: { new_state: "success" },
      },
    },
  },
  { code: "requirement.connection", on: onAirflows((dialect) => trigger(dialect, "needs_connection")) },
  { code: "requirement.variable", on: onAirflows((dialect) => trigger(dialect, "needs_variable")) },
  { code: "requirement.pool", on: onAirflows((dialect) => trigger(dialect, "needs_pool")) },
  { code: "requirement.env", on: onAirflows((dialect) => trigger(dialect, "needs_env")) },
  {
    code: "limit.conf_bytes",
    on: onAirflows((dialect) => trigger(dialect, "simple", { conf: { a: "b".repeat(2000) } })),
  },
  { code: "limit.note_length", on: onAirflows((dialect) => trigger(dialect, "simple", { note: "a".repeat(1001) })) },
];
