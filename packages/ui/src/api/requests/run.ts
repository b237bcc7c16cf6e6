import type { JsonObject } from "@windlass/contract/browser";
import { type ApiRequest, path } from "../request.ts";

/** What a trigger carries. Empty texts mean: the server's choice. */
export interface TriggerInput {
  readonly dagId: string;
  readonly runId: string;
  readonly logicalDate: string;
  readonly conf: JsonObject;
  readonly note: string;
}

/** Triggers a run. */
export function triggerRun({ dagId, runId, logicalDate, conf, note }: TriggerInput): ApiRequest {
  return {
    method: "POST",
    path: path`/api/v2/dags/${dagId}/dagRuns`,
    body: {
      ...(runId === "" ? {} : { dag_run_id: runId }),
      // Airflow 3 wants the member, null for "now".
      logical_date: logicalDate === "" ? null : logicalDate,
      ...(Object.keys(conf).length === 0 ? {} : { conf }),
      ...(note === "" ? {} : { note }),
    },
  };
}

/** Marks a run. */
export function markRun(dagId: string, runId: string, state: "success" | "failed"): ApiRequest {
  return {
    method: "PATCH",
    path: path`/api/v2/dags/${dagId}/dagRuns/${runId}`,
    query: { update_mask: "state" },
    body: { state },
  };
}

/** Sets the note of a run; the empty text takes it away. */
export function noteRun(dagId: string, runId: string, note: string): ApiRequest {
  return {
    method: "PATCH",
    path: path`/api/v2/dags/${dagId}/dagRuns/${runId}`,
    query: { update_mask: "note" },
    body: { note: note === "" ? null : note },
  };
}

/** Deletes a run with its task instances. */
export function deleteRun(dagId: string, runId: string): ApiRequest {
  return { method: "DELETE", path: path`/api/v2/dags/${dagId}/dagRuns/${runId}` };
}
