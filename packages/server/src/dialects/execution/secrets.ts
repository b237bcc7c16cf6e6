import {
  createVariable,
  deleteVariable,
  patchVariable,
  perform,
  resolveConnection,
  resolveVariable,
} from "@windlass/core/actions";
import { findVariable, listVariableKeysBy } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { integer, nullable, optional, record, text, withDefault } from "../../request/field.ts";
import { asTask } from "./as-task.ts";
import { notFound } from "./not-found.ts";
import { defineExecution } from "./operation.ts";

const SECRET = { "cache-control": "no-store" };

/** Connections and variables: as on Airflow a running task may read every one, by its name. */
export const secretOperations = [
  defineExecution({
    method: "GET",
    path: "/connections/{connection_id}",
    operationId: "get_connection",
    summary: "A connection with its secrets",
    access: "running",
    params: { connection_id: text() },
    async handle({ server, params }) {
      const id = params.connection_id;
      const found = await resolveConnection(server.actions, server.actions.database, id);
      if (!found) throw notFound("connection", id, `Connection with ID ${id} not found`);
      const { connType, host, schema, login, password, port, extra } = found;
      return ok({ conn_id: id, conn_type: connType, host, schema, login, password, port, extra }, { headers: SECRET });
    },
  }),
  defineExecution({
    method: "GET",
    path: "/variables/keys",
    operationId: "get_variable_keys",
    summary: "The keys of variables",
    access: "running",
    query: {
      prefix: optional(text()),
      limit: withDefault(integer({ minimum: 1, maximum: 10_000 }), 1_000),
      offset: withDefault(integer({ minimum: 0 }), 0),
    },
    async handle({ server, query }) {
      const { keys, total } = await listVariableKeysBy(server.actions.database, query.prefix, query);
      return ok({ keys, total_entries: total });
    },
  }),
  defineExecution({
    method: "GET",
    path: "/variables/{variable_key:path}",
    operationId: "get_variable",
    summary: "A variable's value",
    access: "running",
    params: { variable_key: text() },
    async handle({ server, params }) {
      const key = params.variable_key;
      const value = await resolveVariable(server.actions, server.actions.database, key);
      if (value === undefined) throw notFound("variable", key, `Variable with key '${key}' not found`);
      return ok({ key, value }, { headers: SECRET });
    },
  }),
  defineExecution({
    method: "PUT",
    path: "/variables/{variable_key:path}",
    operationId: "put_variable",
    summary: "Writes a variable, whatever was there",
    access: "running",
    params: { variable_key: text() },
    body: record({ val: nullable(text()), description: optional(nullable(text())) }),
    async handle(call) {
      const { server, params, body } = call;
      const key = params.variable_key;
      const { val, description } = body;
      const isThere = (await findVariable(server.actions.database, key)) !== undefined;
      const input = { key, value: val ?? "", description };
      if (isThere) await perform(server.actions, asTask(call, "variable.edit"), patchVariable, input);
      else await perform(server.actions, asTask(call, "variable.create"), createVariable, input);
      return ok({ message: "Variable successfully set" }, { status: 201 });
    },
  }),
  defineExecution({
    method: "DELETE",
    path: "/variables/{variable_key:path}",
    operationId: "delete_variable",
    summary: "Removes a variable, if it is there",
    access: "running",
    params: { variable_key: text() },
    async handle(call) {
      const { server, params } = call;
      const key = params.variable_key;
      if (await findVariable(server.actions.database, key))
        await perform(server.actions, asTask(call, "variable.delete"), deleteVariable, { key });
      return { status: 204, type: null };
    },
  }),
];
