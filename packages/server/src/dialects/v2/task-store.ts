import { type Instant, type JsonValue, parseInstant } from "@windlass/contract";
import { clearTaskStore, deleteTaskStoreEntry, patchTaskStoreEntry, setTaskStoreEntry } from "@windlass/core/actions";
import { findTaskStoreEntry, listTaskStore, type TaskStoreRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { flag, integer, judged, optional, record, text, withDefault } from "../../request/field.ts";
import { z, zOrNull } from "./moments.ts";
import { pageOf, pagingFields } from "./paging.ts";

const BASE = "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/state-store";
const owner = { dag_id: text(), dag_run_id: text(), task_id: text() } as const;
const entry = { ...owner, key: text() } as const;
const query = { map_index: withDefault(integer({ minimum: -1 }), -1) } as const;

const value = judged<JsonValue>((given) => (given === null ? "value cannot be null" : undefined));

const end = judged<Instant | null | "default">((given) => {
  if (given === null || given === "default") return undefined;
  return typeof given === "string" && parseInstant(given) !== undefined
    ? undefined
    : 'it is neither null nor "default" nor a moment with a zone';
});

interface Owner {
  readonly dag_id: string;
  readonly dag_run_id: string;
  readonly task_id: string;
}

function ownerOf(params: Owner, mapIndex: number) {
  return { dagId: params.dag_id, runId: params.dag_run_id, taskId: params.task_id, mapIndex };
}

function entryView({ key, value: stored, updatedAt, expiresAt }: TaskStoreRow): Record<string, unknown> {
  return { key, value: stored, updated_at: z(updatedAt), expires_at: zOrNull(expiresAt) };
}

/** What a task keeps under keys of its own from try to try. */
export const taskStoreOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: BASE,
    operationId: "list_task_state_store",
    summary: "What a task instance keeps from try to try",
    action: "task_store.list",
    params: owner,
    query: { ...query, ...pagingFields },
    async handle({ server, params, query: asked }) {
      const found = ownerOf(params, asked.map_index);
      const { rows, total } = await listTaskStore(server.actions.database, found, pageOf(asked));
      return ok({ task_state_store: rows.map(entryView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: BASE,
    operationId: "clear_task_state_store",
    summary: "Removes everything that a task instance keeps",
    action: "task_store.delete",
    answers: [204],
    params: owner,
    query: { ...query, all_map_indices: withDefault(flag(), false) },
    async handle({ params, query: asked, perform }) {
      const { dagId, runId, taskId } = ownerOf(params, asked.map_index);
      const mapIndex = asked.all_map_indices ? null : asked.map_index;
      await perform(clearTaskStore, { dagId, runId, taskId, mapIndex });
      return { status: 204 };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: `${BASE}/{key:path}`,
    operationId: "get_task_state_store",
    summary: "One thing that a task instance keeps",
    action: "task_store.read",
    params: entry,
    query,
    async handle({ server, params, query: asked }) {
      const found = await findTaskStoreEntry(server.actions.database, ownerOf(params, asked.map_index), params.key);
      if (found !== undefined) return ok(entryView(found));
      const airflow = { v2: `Task state store key '${params.key}' not found` };
      throw objectUnknown("entry in the task's store", params.key, { airflow });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PUT",
    path: `${BASE}/{key:path}`,
    operationId: "set_task_state_store",
    summary: "Writes one thing that a task instance keeps",
    action: "task_store.edit",
    answers: [204],
    params: entry,
    query,
    body: record({ value, expires_at: optional(end) }),
    async handle({ params, query: asked, body, perform }) {
      const given = body.expires_at;
      const expiresAt = typeof given === "string" && given !== "default" ? parseInstant(given) : given;
      const input = { ...ownerOf(params, asked.map_index), key: params.key, value: body.value };
      await perform(setTaskStoreEntry, { ...input, expiresAt: expiresAt === undefined ? "default" : expiresAt });
      return { status: 204 };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: `${BASE}/{key:path}`,
    operationId: "patch_task_state_store",
    summary: "Replaces the value of one thing that a task instance keeps",
    action: "task_store.edit",
    params: entry,
    query,
    body: record({ value }),
    async handle({ params, query: asked, body, perform }) {
      await perform(patchTaskStoreEntry, { ...ownerOf(params, asked.map_index), key: params.key, value: body.value });
      return ok(null);
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: `${BASE}/{key:path}`,
    operationId: "delete_task_state_store",
    summary: "Removes one thing that a task instance keeps",
    action: "task_store.delete",
    answers: [204],
    params: entry,
    query,
    async handle({ params, query: asked, perform }) {
      await perform(deleteTaskStoreEntry, { ...ownerOf(params, asked.map_index), key: params.key });
      return { status: 204 };
    },
  }),
];
