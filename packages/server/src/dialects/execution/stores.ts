import {
  changeAssetState,
  clearTaskStore,
  deleteTaskStoreEntry,
  perform,
  setTaskStoreEntry,
} from "@windlass/core/actions";
import { type AssetValue, findActiveAsset, findTaskStoreEntry, loadAssetState } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { anything, moment, nullable, optional, record, text } from "../../request/field.ts";
import type { Server } from "../../server.ts";
import { asTask } from "./as-task.ts";
import { notFound } from "./not-found.ts";
import { type CallingAttempt, defineExecution } from "./operation.ts";
import { attemptPath } from "./task-instances.ts";

const NO_CONTENT = { status: 204, type: null } as const;

function placeOf({ dagId, runId, taskId, mapIndex }: CallingAttempt) {
  return { dagId, runId, taskId, mapIndex };
}

/** A task's own store. */
const taskStoreOperations = [
  defineExecution({
    method: "GET",
    path: "/store/ti/{task_instance_id}/{key:path}",
    operationId: "get_task_state_store",
    summary: "An entry of the own store",
    access: "own_running",
    params: { ...attemptPath, key: text() },
    async handle(call) {
      const { key } = call.params;
      const entry = await findTaskStoreEntry(call.server.actions.database, placeOf(call.attempt()), key);
      if (!entry) throw notFound("entry of the task's store", key, `Task state store key '${key}' not found`);
      return ok({ value: entry.value });
    },
  }),
  defineExecution({
    method: "PUT",
    path: "/store/ti/{task_instance_id}/{key:path}",
    operationId: "set_task_state_store",
    summary: "Writes an entry of the own store",
    access: "own_running",
    params: { ...attemptPath, key: text() },
    body: record({ value: anything(), expires_at: optional(nullable(moment("utc"))) }),
    async handle(call) {
      const { value, expires_at: expiresAt = "default" } = call.body;
      const input = { ...placeOf(call.attempt()), key: call.params.key, value, expiresAt };
      await perform(call.server.actions, asTask(call, "task_store.edit"), setTaskStoreEntry, input);
      return NO_CONTENT;
    },
  }),
  defineExecution({
    method: "DELETE",
    path: "/store/ti/{task_instance_id}/{key:path}",
    operationId: "delete_task_state_store",
    summary: "Removes an entry of the own store",
    access: "own_running",
    params: { ...attemptPath, key: text() },
    async handle(call) {
      const input = { ...placeOf(call.attempt()), key: call.params.key };
      await perform(call.server.actions, asTask(call, "task_store.delete"), deleteTaskStoreEntry, input);
      return NO_CONTENT;
    },
  }),
  defineExecution({
    method: "DELETE",
    path: "/store/ti/{task_instance_id}",
    operationId: "clear_task_state_store",
    summary: "Removes all entries of the own store",
    access: "own_running",
    params: attemptPath,
    async handle(call) {
      await perform(call.server.actions, asTask(call, "task_store.delete"), clearTaskStore, placeOf(call.attempt()));
      return NO_CONTENT;
    },
  }),
];

async function assetBy(server: Server, by: { readonly name: string } | { readonly uri: string }): Promise<AssetValue> {
  const asset = await findActiveAsset(server.actions.database, by);
  if (asset) return asset;
  const [kind, value] = "name" in by ? ["name", by.name] : ["URI", by.uri];
  throw notFound("asset", value, `Asset with ${kind} ${value} not found`);
}

/** What is kept beside an asset, by its name or its URI. */
function assetStoreOperations(by: "name" | "uri") {
  const path = `/store/asset/by-${by}`;
  const query = { [by]: text(), key: text() } as unknown as {
    readonly [by]: ReturnType<typeof text>;
    readonly key: ReturnType<typeof text>;
  };
  const named = (given: Readonly<Record<string, unknown>>) =>
    by === "name" ? { name: String(given.name) } : { uri: String(given.uri) };
  return [
    defineExecution({
      method: "GET",
      path: `${path}/value`,
      operationId: `get_asset_state_store_by_${by}`,
      summary: "A value beside an asset",
      access: "running",
      query,
      async handle(call) {
        const { key } = call.query;
        const found = await loadAssetState(
          call.server.actions.database,
          await assetBy(call.server, named(call.query)),
          key,
        );
        if (!found) throw notFound("value beside the asset", key, `Asset state store key '${key}' not found`);
        return ok({ value: found.value });
      },
    }),
    defineExecution({
      method: "PUT",
      path: `${path}/value`,
      operationId: `set_asset_state_store_by_${by}`,
      summary: "Keeps a value beside an asset",
      access: "running",
      query,
      body: record({ value: anything() }),
      async handle(call) {
        const { id } = await assetBy(call.server, named(call.query));
        await changeAssetState(call.server.actions, call.attempt(), id, call.query.key, call.body.value);
        return NO_CONTENT;
      },
    }),
    defineExecution({
      method: "DELETE",
      path: `${path}/value`,
      operationId: `delete_asset_state_store_by_${by}`,
      summary: "Forgets a value beside an asset",
      access: "running",
      query,
      async handle(call) {
        const { id } = await assetBy(call.server, named(call.query));
        await changeAssetState(call.server.actions, call.attempt(), id, call.query.key);
        return NO_CONTENT;
      },
    }),
    defineExecution({
      method: "DELETE",
      path: `${path}/clear`,
      operationId: `clear_asset_state_store_by_${by}`,
      summary: "Forgets all values beside an asset",
      access: "running",
      query: { [by]: text() },
      async handle(call) {
        const { id } = await assetBy(call.server, named(call.query));
        await changeAssetState(call.server.actions, call.attempt(), id, null);
        return NO_CONTENT;
      },
    }),
  ];
}

/** What tasks keep: each for itself, and beside assets. */
export const storeOperations = [
  ...taskStoreOperations,
  ...assetStoreOperations("name"),
  ...assetStoreOperations("uri"),
];
