import { addSeconds, type Instant, type JsonValue, refusal, RefusalError, type Verdict } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { findRun } from "../../store/hand-changes.ts";
import { findTaskInstanceIds } from "../../store/task-instances-by-hand.ts";
import {
  clearTaskStore as clearRows,
  deleteTaskStoreEntry as deleteRow,
  putTaskStoreEntry,
  type TaskStorePlace,
  updateTaskStoreEntry,
} from "../../store/task-store.ts";
import type { Action, Findings } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { unknownTaskInstance } from "./unknown-task-instance.ts";

/** Whose store, and which entry of it. */
export interface TaskStoreEntryPlace {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly key: string;
}

/** An entry as somebody writes it. */
export interface TaskStoreEntryInput extends TaskStoreEntryPlace {
  readonly value: JsonValue;
  /** null: never; "default": after `[state_store] default_retention_days`. */
  readonly expiresAt: Instant | null | "default";
}

/** Whose entries are all to go; `mapIndex` null: those of all instances of the task. */
export type TaskStoreOwnerInput = Omit<TaskStoreEntryPlace, "key" | "mapIndex"> & { readonly mapIndex: number | null };

interface StorePlan<Input> {
  readonly input: Input;
  readonly dagRunId: number;
}

type StoreAction<Input> = Action<Input, StorePlan<Input>, { readonly key: string | null }>;

const SECONDS_PER_DAY = 86_400;

/** Writes an entry of a task's store by hand, whatever was there. */
export const setTaskStoreEntry: StoreAction<TaskStoreEntryInput> = {
  name: "task_store.edit",
  event: "set_task_state_store",
  subject,
  decide: (context, _request, input) => decideStore(context, input, valueVerdicts(context, input)),
  async execute(tx, context, _request, plan) {
    const { key, value, expiresAt } = plan.input;
    await putTaskStoreEntry(tx, placeOf(plan), key, value, endOf(context, expiresAt));
    return { result: { key }, extra: { key } };
  },
};

/** Replaces the value of an entry of a task's store. */
export const patchTaskStoreEntry: StoreAction<Omit<TaskStoreEntryInput, "expiresAt">> = {
  name: "task_store.edit",
  event: "patch_task_state_store",
  subject,
  decide: (context, _request, input) => decideStore(context, input, valueVerdicts(context, input)),
  async execute(tx, _context, _request, plan) {
    const { key, value } = plan.input;
    if (!(await updateTaskStoreEntry(tx, placeOf(plan), key, value))) throw new RefusalError(noEntry(key));
    return { result: { key }, extra: { key } };
  },
};

/** Removes an entry of a task's store, if it is there. */
export const deleteTaskStoreEntry: StoreAction<TaskStoreEntryPlace> = {
  name: "task_store.delete",
  event: "delete_task_state_store",
  subject,
  decide: (context, _request, input) => decideStore(context, input),
  async execute(tx: Sql, _context, _request, plan) {
    await deleteRow(tx, placeOf(plan), plan.input.key);
    return { result: { key: plan.input.key }, extra: { key: plan.input.key } };
  },
};

/** Removes all entries of a task's store. */
export const clearTaskStore: StoreAction<TaskStoreOwnerInput> = {
  name: "task_store.delete",
  event: "clear_task_state_store",
  subject: ({ dagId, runId, taskId, mapIndex }) => ({
    dagId,
    runId,
    taskId,
    ...(mapIndex === null ? {} : { mapIndex }),
  }),
  decide: (context, _request, input) => decideStore(context, input),
  async execute(tx, _context, _request, { input, dagRunId }) {
    const entries = await clearRows(tx, dagRunId, input.taskId, input.mapIndex);
    return { result: { key: null }, extra: { entries } };
  },
};

function subject({ dagId, runId, taskId, mapIndex, key }: TaskStoreEntryPlace) {
  return { dagId, runId, taskId, mapIndex, object: key };
}

function placeOf({ input, dagRunId }: StorePlan<TaskStoreEntryPlace>): TaskStorePlace {
  return { dagRunId, taskId: input.taskId, mapIndex: input.mapIndex };
}

function endOf({ clock, config }: ActionContext, expiresAt: Instant | null | "default"): Instant | null {
  if (expiresAt !== "default") return expiresAt;
  const days = config.state_store.default_retention_days;
  return days === 0 ? null : addSeconds(clock.now(), days * SECONDS_PER_DAY);
}

async function decideStore<Input extends TaskStoreOwnerInput & { readonly key?: string }>(
  context: ActionContext,
  input: Input,
  verdicts: readonly Verdict[] = [],
): Promise<Findings<StorePlan<Input>>> {
  const { dagId, runId, taskId, mapIndex } = input;
  const run = await findRun(context.database, dagId, runId);
  const ids = run ? await findTaskInstanceIds(context.database, run.id, taskId, mapIndex) : [];
  const all = [...verdicts, ...keyVerdicts(input.key)];
  if (!run || ids.length === 0) {
    const addressed = mapIndex === null ? "all_map_indices=True" : `map_index=${String(mapIndex)}`;
    const said = `Task instance not found for dag_id='${dagId}', run_id='${runId}', task_id='${taskId}', ${addressed}`;
    const place = { dagId, run: { runId }, taskId, ...(mapIndex === null ? {} : { mapIndex }) };
    return { verdicts: [...all, unknownTaskInstance(place, said)], warnings: [], plan: null };
  }
  return { verdicts: all, warnings: [], plan: { input, dagRunId: run.id } };
}

function keyVerdicts(key: string | undefined): readonly Verdict[] {
  if (key === undefined || (key.length > 0 && key.length <= 512)) return [];
  const data = {
    part: "path",
    name: "key",
    problem: "it is empty or longer than 512 characters",
    expected: "1 to 512",
  };
  return [{ phase: "fields", refusal: refusal("request.field_wrong", data, { pointer: "path/key" }) }];
}

function valueVerdicts(context: ActionContext, input: { readonly value?: JsonValue }): readonly Verdict[] {
  const most = context.config.state_store.max_value_storage_bytes;
  const bytes = input.value === undefined ? 0 : Buffer.byteLength(JSON.stringify(input.value));
  if (most === 0 || bytes <= most) return [];
  const msg = `Value error, value exceeds max_value_storage_bytes (${String(most)}); raise [state_store] max_value_storage_bytes or set it to 0 to disable the limit`;
  const v2 = { type: "value_error", loc: ["body", "value"], msg, input: null, ctx: { error: {} } };
  const data = {
    part: "body",
    name: "value",
    problem: `it has ${String(bytes)} bytes as JSON`,
    expected: `at most ${String(most)} bytes, or more by [state_store] max_value_storage_bytes`,
  };
  return [
    {
      phase: "body",
      refusal: refusal("request.field_wrong", data, { pointer: "/value", limit: most, airflow: { v2 } }),
    },
  ];
}

/** That a task's store has no such entry. */
function noEntry(key: string) {
  const airflow = { v2: `Task state store key '${key}' not found` };
  return refusal("object.unknown", { kind: "entry in the task's store", name: key, near: "" }, { airflow });
}
