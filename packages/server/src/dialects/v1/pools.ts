import { invariant } from "@windlass/contract";
import { createPool, deletePool, patchPool } from "@windlass/core/actions";
import { findPool, listPools } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { flag, integer, nullable, optional, record, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import type { Server } from "../../server.ts";
import { orderField, orderOf, pageOf, pagingFields } from "./paging.ts";
import { poolView } from "./pool-view.ts";
import { maskedBy, missingVerdicts, updateMask } from "./update-mask.ts";

const ORDER = { name: "name", pool: "name", slots: "slots", id: "id" } as const;

const poolBody = record({
  name: optional(text({ minLength: 1, maxLength: 256 })),
  slots: optional(integer()),
  description: optional(nullable(text())),
  include_deferred: optional(flag()),
});

async function stored(server: Server, name: string): Promise<Record<string, unknown>> {
  const pool = await findPool(server.actions.database, name);
  invariant(pool, "a pool just written is gone");
  return poolView(pool);
}

const ONE = "/api/v1/pools/{pool_name}";

/** Pools with their slots. */
export const poolOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/pools",
    operationId: "get_pools",
    summary: "Pools",
    action: "pool.list",
    query: { ...pagingFields, order_by: orderField },
    async handle({ server, query }) {
      const ordering = readOrderBy(orderOf(query.order_by, "id"), ORDER);
      const { rows, total } = await listPools(server.actions.database, {}, ordering, pageOf(query));
      return ok({ pools: rows.map(poolView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/pools",
    operationId: "post_pool",
    summary: "Makes a pool",
    action: "pool.create",
    body: poolBody,
    async handle({ server, body, perform }) {
      const { name, slots, description, include_deferred: includeDeferred } = body;
      const missing = missingVerdicts(body, ["name", "slots"]);
      // What is missing is a verdict, so the action never gets to execute without it.
      const input = { name: name as string, slots: slots as number, description, includeDeferred };
      const { warnings, replayed } = await perform(createPool, input, missing);
      return ok(await stored(server, input.name), { warnings, replayed });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: ONE,
    operationId: "get_pool",
    summary: "One pool",
    action: "pool.read",
    params: { pool_name: text() },
    async handle({ server, params }) {
      const pool = await findPool(server.actions.database, params.pool_name);
      if (pool !== undefined) return ok(poolView(pool));
      const detail = `Pool with name:'${params.pool_name}' not found`;
      throw objectUnknown("pool", params.pool_name, {
        pointer: "path/pool_name",
        airflow: { v1: { title: "Not Found", detail } },
      });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: ONE,
    operationId: "patch_pool",
    summary: "Changes a pool; without update_mask name and slots are required",
    action: "pool.edit",
    params: { pool_name: text() },
    query: { update_mask: updateMask },
    body: poolBody,
    async handle({ server, params, query, body, perform }) {
      const masked = maskedBy(query.update_mask, body, ["name", "slots", "description", "include_deferred"]);
      const required =
        query.update_mask === undefined
          ? ["name", "slots"]
          : query.update_mask.filter((name) => name === "name" || name === "slots");
      const { name: newName, slots, description, include_deferred: includeDeferred } = masked.body;
      const input = { name: params.pool_name, newName, slots, description, includeDeferred };
      const { result, warnings } = await perform(patchPool, input, [
        ...masked.verdicts,
        ...missingVerdicts(body, required),
      ]);
      return ok(await stored(server, result.name), { warnings });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "DELETE",
    path: ONE,
    operationId: "delete_pool",
    summary: "Deletes a pool that nobody uses",
    action: "pool.delete",
    params: { pool_name: text() },
    answers: [204],
    async handle({ params, perform }) {
      const { warnings } = await perform(deletePool, { name: params.pool_name });
      return { status: 204, type: "text/html", warnings };
    },
  }),
];
