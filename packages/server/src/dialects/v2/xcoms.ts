import { readXCom } from "@windlass/core/actions";
import { listXComs, type XComRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { flag, integer, optional, text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { displayNamesOf } from "../display-names.ts";
import { z, zOrNull } from "./moments.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";
import { momentBounds, rangeOf } from "./ranges.ts";

const ORDER = {
  key: "key",
  dag_id: "dagId",
  run_id: "runId",
  task_id: "taskId",
  map_index: "mapIndex",
  timestamp: "createdAt",
  run_after: "runAfter",
  logical_date: "logicalDate",
} as const;

/** An XCom as v2 lists it. */
export function xcomView(xcom: XComRow, taskDisplayName: string): Record<string, unknown> {
  return {
    key: xcom.key,
    timestamp: z(xcom.createdAt),
    logical_date: zOrNull(xcom.logicalDate),
    map_index: xcom.mapIndex,
    task_id: xcom.taskId,
    dag_id: xcom.dagId,
    run_id: xcom.runId,
    dag_display_name: xcom.dagDisplayName,
    task_display_name: taskDisplayName,
    run_after: z(xcom.runAfter),
  };
}

const instancePath = { dag_id: text(), dag_run_id: text(), task_id: text() } as const;

/** Reading XComs. */
export const xcomOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries",
    operationId: "get_xcom_entries",
    summary: "XComs without their values; ~ stands for all Dags, runs or tasks",
    action: "xcom.list",
    params: instancePath,
    query: {
      ...pagingFields,
      xcom_key: optional(text()),
      xcom_key_pattern: optional(text()),
      xcom_key_prefix_pattern: optional(text()),
      dag_display_name_pattern: optional(text()),
      dag_display_name_prefix_pattern: optional(text()),
      run_id_prefix_pattern: optional(text()),
      task_id_prefix_pattern: optional(text()),
      run_id_pattern: optional(text()),
      task_id_pattern: optional(text()),
      map_index: optional(integer()),
      map_index_filter: optional(integer()),
      ...momentBounds("logical_date"),
      ...momentBounds("run_after"),
      order_by: orderField("dag_id"),
    },
    async handle({ server, params, query, scope }) {
      const ordering = readOrderBy(query.order_by, ORDER);
      const { rows, total } = await listXComs(
        server.actions.database,
        scope(),
        {
          dagIds: params.dag_id === "~" ? undefined : [params.dag_id],
          runIds: params.dag_run_id === "~" ? undefined : [params.dag_run_id],
          taskIds: params.task_id === "~" ? undefined : [params.task_id],
          keys: query.xcom_key === undefined ? undefined : [query.xcom_key],
          keyPattern: query.xcom_key_pattern,
          keyPrefix: query.xcom_key_prefix_pattern,
          dagNamePattern: query.dag_display_name_pattern,
          dagNamePrefix: query.dag_display_name_prefix_pattern,
          runIdPrefix: query.run_id_prefix_pattern,
          taskIdPrefix: query.task_id_prefix_pattern,
          runIdPattern: query.run_id_pattern,
          taskIdPattern: query.task_id_pattern,
          mapIndex: query.map_index ?? query.map_index_filter,
          logicalDate: rangeOf(query, "logical_date"),
          runAfter: rangeOf(query, "run_after"),
          withoutDecisions: true,
        },
        pageOf(query),
        ordering,
      );
      const nameOf = await displayNamesOf(server, rows);
      return ok({ xcom_entries: rows.map((row) => xcomView(row, nameOf(row))), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/{xcom_key:path}",
    operationId: "get_xcom_entry",
    summary: "One XCom with its value",
    action: "xcom.read",
    params: { ...instancePath, xcom_key: text() },
    query: {
      map_index: withDefault(integer(), -1),
      deserialize: withDefault(flag(), false),
      stringify: withDefault(flag(), false),
    },
    async handle({ server, params, query }) {
      const xcom = await readXCom(server.actions, {
        dagId: params.dag_id,
        runId: params.dag_run_id,
        taskId: params.task_id,
        mapIndex: query.map_index,
        key: params.xcom_key,
      });
      // Airflow 3 ends a task that has others skipped before its result is stored; v1 has it, as Airflow 2 does.
      if (xcom === undefined || xcom.isDecision) {
        throw objectUnknown("XCom", `${params.xcom_key} of ${params.task_id}`, {
          airflow: { v2: `XCom entry with key: \`${params.xcom_key}\` not found` },
        });
      }
      const name = (await displayNamesOf(server, [xcom]))(xcom);
      return ok({ ...xcomView(xcom, name), value: query.stringify ? JSON.stringify(xcom.value) : xcom.value });
    },
  }),
];
