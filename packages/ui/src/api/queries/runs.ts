import { path } from "../request.ts";
import { NATIVE } from "../requests/native.ts";
import type { DagRun, TaskInstance, Why, XCom } from "../types/run.ts";
import type { JsonObject } from "@windlass/contract/browser";
import { get } from "./get.ts";

/** How a list of runs is narrowed; `~` as Dag id stands for all. */
export interface RunFilter {
  readonly state?: string | undefined;
  readonly runType?: string | undefined;
  readonly limit?: number;
  readonly offset?: number;
}

/** A page of runs, newest first. */
export const runsQuery = (dagId: string, { state, runType, limit = 50, offset = 0 }: RunFilter = {}) =>
  get<{ readonly dag_runs: readonly DagRun[]; readonly total_entries: number }>(["runs", dagId], {
    path: `/api/v2/dags/${dagId === "~" ? "~" : encodeURIComponent(dagId)}/dagRuns`,
    query: { state, run_type: runType, order_by: "-run_after", limit, offset },
  });

/** One run. */
export const runQuery = (dagId: string, runId: string) =>
  get<DagRun>(["run", dagId, runId], { path: path`/api/v2/dags/${dagId}/dagRuns/${runId}` });

/** Why a run does not move. */
export const runWhyQuery = (dagId: string, runId: string) =>
  get<Why>(["run", dagId, runId, "why"], { path: NATIVE + path`/dags/${dagId}/runs/${runId}/why` });

/** With what a run was launched. */
export const launchQuery = (dagId: string, runId: string) => ({
  ...get<JsonObject>(["launch", dagId, runId], { path: NATIVE + path`/dags/${dagId}/runs/${runId}/launch` }),
  staleTime: Infinity,
});

/** Task instances of a run. */
export const taskInstancesQuery = (dagId: string, runId: string) =>
  get<{ readonly task_instances: readonly TaskInstance[]; readonly total_entries: number }>(
    ["run", dagId, runId, "tis"],
    {
      path: path`/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances`,
      query: { limit: 1000 },
    },
  );

/** One task instance. */
export const taskInstanceQuery = (dagId: string, runId: string, taskId: string, mapIndex: number) =>
  get<TaskInstance>(["run", dagId, runId, "ti", taskId, mapIndex], {
    path: path`/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}` + (mapIndex < 0 ? "" : `/${mapIndex}`),
  });

/** Why a task instance does not move. */
export const taskWhyQuery = (dagId: string, runId: string, taskId: string, mapIndex: number) =>
  get<Why>(["run", dagId, runId, "ti", taskId, mapIndex, "why"], {
    path: NATIVE + path`/dags/${dagId}/runs/${runId}/task-instances/${taskId}/why`,
    query: { map_index: mapIndex < 0 ? undefined : mapIndex },
  });

/** Keys of a task instance's XComs. */
export const xcomsQuery = (dagId: string, runId: string, taskId: string, mapIndex: number) =>
  get<{ readonly xcom_entries: readonly XCom[] }>(["run", dagId, runId, "ti", taskId, mapIndex, "xcoms"], {
    path: path`/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}/xcomEntries`,
    query: { map_index: mapIndex < 0 ? undefined : mapIndex, limit: 100 },
  });

/** One XCom with its value. */
export const xcomQuery = (dagId: string, runId: string, taskId: string, mapIndex: number, key: string) =>
  get<XCom>(["run", dagId, runId, "ti", taskId, mapIndex, "xcom", key], {
    path: path`/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}/xcomEntries/${key}`,
    query: { map_index: mapIndex < 0 ? undefined : mapIndex },
  });
