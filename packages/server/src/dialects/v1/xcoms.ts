import type { JsonValue } from "@windlass/contract";
import { NOT_MAPPED, refuse } from "@windlass/contract";
import { readXCom } from "@windlass/core/actions";
import { listXComs, type XComRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { flag, integer, optional, text, withDefault } from "../../request/field.ts";
import { iso } from "./moments.ts";
import { pageOf, pagingFields } from "./paging.ts";
import { pythonText } from "./python-text.ts";
import { instancePath } from "./task-instances.ts";

/** An XCom as v1 lists it. */
function xcomView(xcom: XComRow): Record<string, unknown> {
  return {
    dag_id: xcom.dagId,
    execution_date: iso(xcom.logicalDate ?? xcom.runAfter),
    key: xcom.key,
    map_index: xcom.mapIndex,
    task_id: xcom.taskId,
    timestamp: iso(xcom.createdAt),
  };
}

/** A value as text, as Python's `str` has it: a text stays as it is. */
function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : pythonText(value);
}

function named(id: string): readonly string[] | undefined {
  return id === "~" ? undefined : [id];
}

const ENTRIES = "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries";

/** Reading XComs. */
export const xcomOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: ENTRIES,
    operationId: "get_xcom_entries",
    summary: "XComs without their values; ~ stands for all Dags, runs or tasks",
    action: "xcom.list",
    params: instancePath,
    query: { ...pagingFields, map_index: optional(integer()), xcom_key: optional(text()) },
    async handle({ server, params, query, scope }) {
      const { rows, total } = await listXComs(
        server.actions.database,
        scope(),
        {
          dagIds: named(params.dag_id),
          runIds: named(params.dag_run_id),
          taskIds: named(params.task_id),
          keys: query.xcom_key === undefined ? undefined : [query.xcom_key],
          mapIndex: query.map_index,
        },
        pageOf(query),
      );
      return ok({ xcom_entries: rows.map(xcomView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: `${ENTRIES}/{xcom_key}`,
    operationId: "get_xcom_entry",
    summary: "One XCom with its value: as text, or as JSON with stringify=false",
    action: "xcom.read",
    params: { ...instancePath, xcom_key: text() },
    query: {
      map_index: withDefault(integer(), NOT_MAPPED),
      deserialize: withDefault(flag(), false),
      stringify: withDefault(flag(), true),
    },
    async handle({ server, params, query }) {
      if (query.deserialize) {
        const why = {
          part: "query",
          name: "deserialize",
          problem: "values are kept as JSON, there is nothing to deserialize",
          expected: "deserialize=false; stringify=false gives the value as JSON",
        };
        throw refuse("request.field_wrong", why, {
          pointer: "query/deserialize",
          actual: true,
          airflow: { v1: { title: "Bad Request", detail: "XCom deserialization is disabled in configuration." } },
        });
      }
      const xcom = await readXCom(server.actions, {
        dagId: params.dag_id,
        runId: params.dag_run_id,
        taskId: params.task_id,
        mapIndex: query.map_index,
        key: params.xcom_key,
      });
      if (xcom !== undefined)
        return ok({ ...xcomView(xcom), value: query.stringify ? textOf(xcom.value) : xcom.value });
      throw objectUnknown("XCom", `${params.xcom_key} of ${params.task_id}`, {
        pointer: "path/xcom_key",
        airflow: { v1: { title: "XCom entry not found", detail: null } },
      });
    },
  }),
];
