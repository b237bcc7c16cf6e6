import { invariant } from "@windlass/contract";
import { createVariable, deleteVariable, patchVariable } from "@windlass/core/actions";
import { findVariable, listVariables, type VariableRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { nullable, optional, record, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import type { Server } from "../../server.ts";
import { shownVariable } from "../secrets.ts";
import { inWordsOf, titleOnly } from "./airflow-words.ts";
import { orderField, orderOf, pageOf, pagingFields } from "./paging.ts";
import { maskedBy, updateMask } from "./update-mask.ts";

const ORDER = { key: "key", description: "description", id: "id" } as const;

function variableView(server: Server, variable: VariableRow): Record<string, unknown> {
  return { description: variable.description, key: variable.key, value: shownVariable(server, variable) };
}

const ONE = "/api/v1/variables/{variable_key:path}";

/** Variables; values under names that say secret are masked. */
export const variableOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/variables",
    operationId: "get_variables",
    summary: "Variables",
    action: "variable.list",
    query: { ...pagingFields, order_by: orderField },
    async handle({ server, query }) {
      const ordering = readOrderBy(orderOf(query.order_by, "id"), ORDER);
      const { rows, total } = await listVariables(server.actions.database, {}, ordering, pageOf(query));
      return ok({ variables: rows.map((row) => variableView(server, row)), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/variables",
    operationId: "post_variables",
    summary: "Sets a variable; one that is there is overwritten, as Airflow 2 does",
    action: "variable.create",
    body: record({ key: text(), value: text(), description: optional(nullable(text())) }),
    async handle({ body, given, perform }) {
      const { key, value, description } = body;
      const { warnings, replayed } = await perform(createVariable, { key, value, description });
      return ok(
        { key, value, ...(given.has("description") ? { description: description ?? null } : {}) },
        { warnings, replayed },
      );
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: ONE,
    operationId: "get_variable",
    summary: "One variable",
    action: "variable.read",
    params: { variable_key: text() },
    async handle({ server, params }) {
      const variable = await findVariable(server.actions.database, params.variable_key);
      if (variable !== undefined) return ok(variableView(server, variable));
      const airflow = { v1: { title: "Variable not found", detail: "Variable does not exist" } };
      throw objectUnknown("variable", params.variable_key, { pointer: "path/variable_key", airflow });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: ONE,
    operationId: "patch_variable",
    summary: "Changes a variable",
    action: "variable.edit",
    params: { variable_key: text() },
    query: { update_mask: updateMask },
    body: record({ key: optional(text()), value: optional(text()), description: optional(nullable(text())) }),
    async handle({ server, params, query, body, perform }) {
      const key = params.variable_key;
      const masked = maskedBy(query.update_mask, body, ["key", "value", "description"]);
      const { value, description } = masked.body;
      const { warnings } = await perform(patchVariable, { key, value, description }, masked.verdicts);
      const variable = await findVariable(server.actions.database, key);
      invariant(variable, "a variable just written is gone");
      return ok(variableView(server, variable), { warnings });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "DELETE",
    path: ONE,
    operationId: "delete_variable",
    summary: "Deletes a variable",
    action: "variable.delete",
    params: { variable_key: text() },
    answers: [204],
    async handle({ params, perform }) {
      const { warnings } = await inWordsOf(
        { "object.unknown": titleOnly("Variable not found") },
        perform(deleteVariable, { key: params.variable_key }),
      );
      return { status: 204, type: "text/html", warnings };
    },
  }),
];
