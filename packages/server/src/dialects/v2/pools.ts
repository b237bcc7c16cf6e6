import { DEFAULT_POOL, type Refusal, refusal, type Verdict } from "@windlass/contract";
import { createPool, deletePool, patchPool } from "@windlass/core/actions";
import { findPool, listPools, type PoolRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import {
  flag,
  integer,
  list,
  nullable,
  optional,
  record,
  text,
  type ValueOf,
  withDefault,
} from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { bulk, bulkBody, type BulkKind } from "./bulk.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";

const ORDER = { id: "id", name: "name", pool: "name", slots: "slots" } as const;
const slots = integer({ minimum: -1 });
const teamName = optional(nullable(text({ maxLength: 50 })));

const poolFields = {
  name: text({ minLength: 1, maxLength: 256 }),
  slots,
  description: optional(nullable(text())),
  include_deferred: withDefault(flag(), false),
  team_name: teamName,
};
const newPool = record(poolFields);

/** A pool as v2 shows it. */
function poolView(pool: PoolRow): Record<string, unknown> {
  const occupied = pool.runningSlots + pool.queuedSlots + (pool.includeDeferred ? pool.deferredSlots : 0);
  return {
    name: pool.name,
    slots: pool.slots,
    description: pool.description,
    include_deferred: pool.includeDeferred,
    occupied_slots: occupied,
    running_slots: pool.runningSlots,
    queued_slots: pool.queuedSlots,
    scheduled_slots: pool.scheduledSlots,
    open_slots: pool.slots === -1 ? -1 : pool.slots - occupied,
    deferred_slots: pool.deferredSlots,
    team_name: null,
  };
}

async function poolOf(call: Pick<Call<unknown, unknown, unknown>, "server">, name: string): Promise<PoolRow> {
  const pool = await findPool(call.server.actions.database, name);
  if (pool === undefined)
    throw objectUnknown("pool", name, { airflow: { v2: `The Pool with name: \`${name}\` was not found` } });
  return pool;
}

/** Names that a body and a path must agree on, and what of the default pool may be changed. */
function patchVerdicts(
  call: Call<
    { pool_name: string },
    { update_mask?: readonly string[] | undefined },
    { pool?: string | null | undefined; description?: string | null | undefined }
  >,
): readonly Verdict[] {
  const { params, body, given, query } = call;
  const wrong = (name: string, problem: string, said: string): Refusal => ({
    ...refusal(
      "request.field_wrong",
      { part: "body", name, problem, expected: "the body without it" },
      { pointer: `/${name}`, airflow: { v2: said } },
    ),
    status: { v1: 400, v2: 400, native: 400 },
  });
  if (body.pool != null && body.pool !== params.pool_name) {
    const said = "Invalid body, pool name from request body doesn't match uri parameter";
    return [{ phase: "fields", refusal: wrong("pool", "it names another pool than the path", said) }];
  }
  const named = query.update_mask ?? [...given];
  const closed = named.find((name) => !["slots", "include_deferred", "pool"].includes(name));
  if (params.pool_name === DEFAULT_POOL && closed !== undefined) {
    const said = "Only slots and included_deferred can be modified on Default Pool";
    return [
      {
        phase: "fields",
        refusal: wrong(closed, "of default_pool only slots and include_deferred can be changed", said),
      },
    ];
  }
  return [];
}

const bulkKind: BulkKind<ValueOf<typeof poolFields>> = {
  words: "pools with these pool names",
  entity: newPool,
  nameField: "name",
  nameOf: ({ name }) => name,
  rights: { create: "pool.create", update: "pool.edit", delete: "pool.delete" },
  async existing({ server }, names) {
    const found = await Promise.all(names.map((name) => findPool(server.actions.database, name)));
    return new Set(found.flatMap((each) => (each === undefined ? [] : [each.name])));
  },
  create: (call, { name, slots: size, description, include_deferred: includeDeferred }) =>
    call.perform(createPool, { name, slots: size, description, includeDeferred }),
  update: (call, { name, slots: size, description, include_deferred: includeDeferred }, taken) =>
    call.perform(patchPool, {
      name,
      slots: taken("slots") ? size : undefined,
      description: taken("description") ? (description ?? null) : undefined,
      includeDeferred: taken("include_deferred") ? includeDeferred : undefined,
    }),
  remove: (call, name) => call.perform(deletePool, { name }),
};

/** Pools: all verbs. */
export const poolOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/pools",
    operationId: "get_pools",
    summary: "Pools with their slots",
    action: "pool.list",
    query: {
      ...pagingFields,
      order_by: orderField("id"),
      pool_name_pattern: optional(text()),
      pool_name_prefix_pattern: optional(text()),
    },
    async handle({ server, query }) {
      const filter = { namePattern: query.pool_name_pattern, namePrefix: query.pool_name_prefix_pattern };
      const { rows, total } = await listPools(
        server.actions.database,
        filter,
        readOrderBy(query.order_by, ORDER),
        pageOf(query),
      );
      return ok({ pools: rows.map(poolView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/pools",
    operationId: "post_pool",
    summary: "Makes a pool",
    action: "pool.create",
    answers: [201],
    body: newPool,
    async handle(call) {
      const { body } = call;
      const { warnings } = await call.perform(createPool, {
        name: body.name,
        slots: body.slots,
        description: body.description,
        includeDeferred: body.include_deferred,
      });
      return ok(poolView(await poolOf(call, body.name)), { status: 201, warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: "/api/v2/pools",
    operationId: "bulk_pools",
    summary: "Makes, changes and deletes many pools",
    action: "pool.edit",
    body: bulkBody,
    handle: (call) => bulk(call, bulkKind),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/pools/{pool_name:path}",
    operationId: "get_pool",
    summary: "One pool",
    action: "pool.read",
    params: { pool_name: text() },
    handle: async (call) => ok(poolView(await poolOf(call, call.params.pool_name))),
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: "/api/v2/pools/{pool_name:path}",
    operationId: "patch_pool",
    summary: "Changes a pool",
    action: "pool.edit",
    params: { pool_name: text() },
    query: { update_mask: optional(list(text())) },
    body: record({
      pool: optional(nullable(text())),
      slots: optional(nullable(slots)),
      description: optional(nullable(text())),
      include_deferred: optional(nullable(flag())),
      team_name: teamName,
    }),
    async handle(call) {
      const { body, params, query } = call;
      const taken = (name: string): boolean => query.update_mask === undefined || query.update_mask.includes(name);
      const { warnings } = await call.perform(
        patchPool,
        {
          name: params.pool_name,
          slots: taken("slots") ? (body.slots ?? undefined) : undefined,
          description: taken("description") ? body.description : undefined,
          includeDeferred: taken("include_deferred") ? (body.include_deferred ?? undefined) : undefined,
        },
        patchVerdicts(call),
      );
      return ok(poolView(await poolOf(call, params.pool_name)), { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: "/api/v2/pools/{pool_name:path}",
    operationId: "delete_pool",
    summary: "Deletes a pool",
    action: "pool.delete",
    answers: [204],
    params: { pool_name: text() },
    async handle(call) {
      await call.perform(deletePool, { name: call.params.pool_name });
      return { status: 204 };
    },
  }),
];
