import { type ApiRequest, path } from "../request.ts";

/** Pauses or unpauses a Dag. */
export function pauseDag(dagId: string, isPaused: boolean): ApiRequest {
  return {
    method: "PATCH",
    path: path`/api/v2/dags/${dagId}`,
    query: { update_mask: "is_paused" },
    body: { is_paused: isPaused },
  };
}
