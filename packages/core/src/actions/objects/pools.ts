import { DEFAULT_POOL, nearest, refusal, RefusalError, type Verdict } from "@windlass/contract";
import { isUniqueViolation } from "../../database/database-error.ts";
import { existingObject, existsVerdict, unknownObject, unknownVerdict } from "../../domain/decide/object-names.ts";
import {
  countOccupying,
  deletePool as deleteRow,
  findPool,
  insertPool,
  listPoolNames,
  type PoolRow,
  updatePool,
} from "../../store/pools.ts";
import type { Action } from "../action.ts";
import type { ActionContext } from "../context.ts";

/** A pool as a caller writes it; -1 slots: no bound. */
export interface PoolInput {
  readonly name: string;
  readonly slots: number;
  readonly description?: string | null | undefined;
  readonly includeDeferred?: boolean | undefined;
}

/** Changes of a pool; what is absent stays. */
export interface PoolChanges {
  readonly name: string;
  readonly newName?: string | undefined;
  readonly slots?: number | undefined;
  readonly description?: string | null | undefined;
  readonly includeDeferred?: boolean | undefined;
}

/** Makes a pool. */
export const createPool: Action<PoolInput, PoolInput, PoolRow> = {
  name: "pool.create",
  event: "post_pool",
  subject: ({ name }) => ({ dagId: null, object: name }),
  async decide(context, _request, input) {
    const verdicts: Verdict[] = [...slotVerdicts(input.slots)];
    if (input.name !== undefined && (await findPool(context.database, input.name)))
      verdicts.push(existsVerdict("pool", input.name));
    return { verdicts, warnings: [], plan: input };
  },
  async execute(tx, context, _request, input) {
    const pool = {
      name: input.name,
      slots: input.slots,
      description: input.description ?? null,
      includeDeferred: input.includeDeferred ?? false,
    };
    try {
      await insertPool(tx, pool);
    } catch (error) {
      if (isUniqueViolation(error, "pool_pkey")) throw new RefusalError(existingObject("pool", input.name));
      throw error;
    }
    return { result: pool, extra: { slots: pool.slots }, afterCommit: () => changed(context, pool.name) };
  },
};

/** Changes a pool. What it has already lent stays lent. */
export const patchPool: Action<PoolChanges, PoolChanges, PoolRow> = {
  name: "pool.edit",
  event: "patch_pool",
  subject: ({ name }) => ({ dagId: null, object: name }),
  async decide(context, _request, input) {
    const { name, newName } = input;
    const verdicts: Verdict[] = [...(await existence(context, name)), ...slotVerdicts(input.slots)];
    if (newName !== undefined && newName !== name) {
      if (name === DEFAULT_POOL) verdicts.push(defaultPool());
      else if (await findPool(context.database, newName)) verdicts.push(existsVerdict("pool", newName));
    }
    return { verdicts, warnings: [], plan: input };
  },
  async execute(tx, context, _request, { name, newName, ...changes }) {
    const before = await findPool(tx, name);
    if (!before) throw new RefusalError(unknownObject("pool", name));
    const after: PoolRow = {
      name: newName ?? name,
      slots: changes.slots ?? before.slots,
      description: changes.description === undefined ? before.description : changes.description,
      includeDeferred: changes.includeDeferred ?? before.includeDeferred,
    };
    await updatePool(tx, name, after);
    return {
      result: after,
      extra: { slots: [before.slots, after.slots] },
      afterCommit: () => changed(context, after.name),
    };
  },
};

/** Deletes a pool. */
export const deletePool: Action<{ readonly name: string }, { readonly name: string }, { readonly name: string }> = {
  name: "pool.delete",
  event: "delete_pool",
  subject: ({ name }) => ({ dagId: null, object: name }),
  async decide(context, _request, input) {
    const verdicts: Verdict[] = [...(await existence(context, input.name))];
    if (input.name === DEFAULT_POOL) verdicts.push(defaultPool());
    const count = await countOccupying(context.database, input.name);
    if (count > 0) verdicts.push({ phase: "state", refusal: refusal("pool.in_use", { name: input.name, count }) });
    return { verdicts, warnings: [], plan: input };
  },
  async execute(tx, context, _request, { name }) {
    if (!(await deleteRow(tx, name))) throw new RefusalError(unknownObject("pool", name));
    return { result: { name }, afterCommit: () => changed(context, name) };
  },
};

function changed(context: ActionContext, name: string): void {
  context.dags.forget();
  context.signals.poolChanged(name);
}

async function existence(context: ActionContext, name: string): Promise<readonly Verdict[]> {
  if (await findPool(context.database, name)) return [];
  return [unknownVerdict("pool", name, nearest(name, await listPoolNames(context.database)))];
}

function slotVerdicts(slots: number | undefined): readonly Verdict[] {
  if (slots === undefined || slots >= -1) return [];
  return [
    {
      phase: "fields",
      refusal: refusal(
        "request.field_wrong",
        { name: "slots", part: "body", problem: `it is ${String(slots)}.`, expected: "-1 (no bound), 0 or more" },
        { pointer: "/slots", actual: slots },
      ),
    },
  ];
}

function defaultPool(): Verdict {
  const text = "Default Pool can't be deleted";
  return {
    phase: "state",
    refusal: refusal("pool.default", {}, { airflow: { v1: { title: "Bad Request", detail: text }, v2: text } }),
  };
}
