import type { LiveEvent } from "./event.ts";

/** First parts of the keys of the queries that a change makes old. */
export function keysOf({ kind, dag_id, run_id }: LiveEvent): readonly (readonly unknown[])[] {
  switch (kind) {
    case "dag_run":
      return [["dags"], ["runs"], ["grid", dag_id], ["run", dag_id, run_id], ["dag-stats"]];
    case "task_instance":
      return [
        ["grid", dag_id],
        ["run", dag_id, run_id],
      ];
    case "dag":
      return [["dags"], ["dag", dag_id], ["structure", dag_id]];
    case "refusal":
      return [["refusals"]];
    case "import_error":
      return [["import-errors"], ["dags"]];
    default:
      return [];
  }
}
