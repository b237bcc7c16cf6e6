import { invariant } from "@windlass/contract";
import { createXCom, deleteXCom, patchXCom, readXCom } from "@windlass/core/actions";
import { type Answer, ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { anything, integer, record, text, withDefault } from "../../request/field.ts";
import type { Server } from "../../server.ts";
import { displayNamesOf } from "../display-names.ts";
import { xcomView } from "./xcoms.ts";

interface Place {
  readonly dag_id: string;
  readonly dag_run_id: string;
  readonly task_id: string;
}

async function stored(server: Server, place: Place, mapIndex: number, key: string, status: number): Promise<Answer> {
  const xcom = await readXCom(server.actions, {
    dagId: place.dag_id,
    runId: place.dag_run_id,
    taskId: place.task_id,
    mapIndex,
    key,
  });
  invariant(xcom !== undefined, "an XCom just written is gone");
  return ok({ ...xcomView(xcom, (await displayNamesOf(server, [xcom]))(xcom)), value: xcom.value }, { status });
}

const base = "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries";
const place = { dag_id: text(), dag_run_id: text(), task_id: text() } as const;

/** Leaving, changing and deleting XComs by hand. */
export const changeXComOperations = [
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: base,
    operationId: "create_xcom_entry",
    summary: "Leaves an XCom by hand",
    action: "xcom.create",
    answers: [201],
    params: place,
    body: record({ key: text(), value: anything(), map_index: withDefault(integer(), -1) }),
    async handle({ server, params, body, perform }) {
      const { key, value, map_index: mapIndex } = body;
      await perform(createXCom, {
        dagId: params.dag_id,
        runId: params.dag_run_id,
        taskId: params.task_id,
        mapIndex,
        key,
        value,
      });
      return stored(server, params, mapIndex, key, 201);
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: `${base}/{xcom_key:path}`,
    operationId: "update_xcom_entry",
    summary: "Replaces the value of an XCom",
    action: "xcom.edit",
    params: { ...place, xcom_key: text() },
    body: record({ value: anything(), map_index: withDefault(integer(), -1) }),
    async handle({ server, params, body, perform }) {
      const { value, map_index: mapIndex } = body;
      const key = params.xcom_key;
      await perform(patchXCom, {
        dagId: params.dag_id,
        runId: params.dag_run_id,
        taskId: params.task_id,
        mapIndex,
        key,
        value,
      });
      return stored(server, params, mapIndex, key, 200);
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: `${base}/{xcom_key:path}`,
    operationId: "delete_xcom_entry",
    summary: "Deletes an XCom",
    action: "xcom.delete",
    answers: [204],
    params: { ...place, xcom_key: text() },
    query: { map_index: withDefault(integer(), -1) },
    async handle({ params, query, perform }) {
      const { dag_id: dagId, dag_run_id: runId, task_id: taskId, xcom_key: key } = params;
      await perform(deleteXCom, { dagId, runId, taskId, mapIndex: query.map_index, key });
      return { status: 204 };
    },
  }),
];
