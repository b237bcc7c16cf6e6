import type { JsonValue } from "@windlass/contract";
import { createVariable, deleteVariable, patchVariable } from "@windlass/core/actions";
import { findVariable, listVariables, type VariableRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { anything, list, nullable, optional, record, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import type { Server } from "../../server.ts";
import { pythonJson, shownVariable } from "../secrets.ts";
import { bulk, bulkBody, type BulkKind } from "./bulk.ts";
import { nameMismatch } from "./connections.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";

const ORDER = { id: "id", key: "key", description: "description" } as const;

const body = record({
  key: text({ minLength: 1, maxLength: 250 }),
  value: anything(),
  description: optional(nullable(text())),
  team_name: optional(nullable(text({ maxLength: 50 }))),
});

/** A variable as v2 shows it. */
function variableView(server: Server, variable: VariableRow): Record<string, unknown> {
  return {
    key: variable.key,
    value: shownVariable(server, variable),
    description: variable.description,
    is_encrypted: true,
    team_name: null,
  };
}

/** Airflow keeps text as it is and everything else as its JSON. */
function variableText(value: JsonValue): string {
  return typeof value === "string" ? value : pythonJson(value);
}

async function variableOf(call: Pick<Call<unknown, unknown, unknown>, "server">, key: string): Promise<VariableRow> {
  const variable = await findVariable(call.server.actions.database, key);
  if (variable === undefined)
    throw objectUnknown("variable", key, { airflow: { v2: `The Variable with key: \`${key}\` was not found` } });
  return variable;
}

const bulkKind: BulkKind<{ key: string; value: JsonValue; description?: string | null | undefined }> = {
  words: "variables with these keys",
  entity: body,
  nameField: "key",
  nameOf: ({ key }) => key,
  rights: { create: "variable.create", update: "variable.edit", delete: "variable.delete" },
  async existing({ server }, names) {
    const found = await Promise.all(names.map((name) => findVariable(server.actions.database, name)));
    return new Set(found.flatMap((each) => (each === undefined ? [] : [each.key])));
  },
  create: (call, { key, value, description }) =>
    call.perform(createVariable, { key, value: variableText(value), description }),
  update: (call, { key, value, description }, taken) =>
    call.perform(patchVariable, {
      key,
      value: taken("value") ? variableText(value) : undefined,
      description: taken("description") ? (description ?? null) : undefined,
    }),
  remove: (call, key) => call.perform(deleteVariable, { key }),
};

/** Variables: all verbs. */
export const variableOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/variables",
    operationId: "get_variables",
    summary: "Variables; those whose name says secret without their value",
    action: "variable.list",
    query: {
      ...pagingFields,
      order_by: orderField("id"),
      variable_key_pattern: optional(text()),
      variable_key_prefix_pattern: optional(text()),
    },
    async handle({ server, query }) {
      const filter = { keyPattern: query.variable_key_pattern, keyPrefix: query.variable_key_prefix_pattern };
      const { rows, total } = await listVariables(
        server.actions.database,
        filter,
        readOrderBy(query.order_by, ORDER),
        pageOf(query),
      );
      return ok({ variables: rows.map((row) => variableView(server, row)), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/variables",
    operationId: "post_variable",
    summary: "Makes a variable",
    action: "variable.create",
    answers: [201],
    body,
    async handle(call) {
      const { key, value, description } = call.body;
      const { warnings } = await call.perform(createVariable, { key, value: variableText(value ?? null), description });
      return ok(variableView(call.server, await variableOf(call, key)), { status: 201, warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: "/api/v2/variables",
    operationId: "bulk_variables",
    summary: "Makes, changes and deletes many variables",
    action: "variable.edit",
    body: bulkBody,
    handle: (call) => bulk(call, bulkKind),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/variables/{variable_key:path}",
    operationId: "get_variable",
    summary: "One variable",
    action: "variable.read",
    params: { variable_key: text() },
    handle: async (call) => ok(variableView(call.server, await variableOf(call, call.params.variable_key))),
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: "/api/v2/variables/{variable_key:path}",
    operationId: "patch_variable",
    summary: "Changes a variable",
    action: "variable.edit",
    params: { variable_key: text() },
    query: { update_mask: optional(list(text())) },
    body,
    async handle(call) {
      const { params, query, body: given } = call;
      const taken = (name: string): boolean =>
        call.given.has(name) && (query.update_mask === undefined || query.update_mask.includes(name));
      const said = "Invalid body, key from request body doesn't match uri parameter";
      const { warnings } = await call.perform(
        patchVariable,
        {
          key: params.variable_key,
          value: taken("value") ? variableText(given.value ?? null) : undefined,
          description: taken("description") ? given.description : undefined,
        },
        nameMismatch("key", given.key, params.variable_key, said),
      );
      return ok(variableView(call.server, await variableOf(call, params.variable_key)), { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: "/api/v2/variables/{variable_key:path}",
    operationId: "delete_variable",
    summary: "Deletes a variable",
    action: "variable.delete",
    answers: [204],
    params: { variable_key: text() },
    async handle(call) {
      await call.perform(deleteVariable, { key: call.params.variable_key });
      return { status: 204 };
    },
  }),
];
