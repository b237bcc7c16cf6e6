import { type Refusal, refusal, type Verdict } from "@windlass/contract";
import { createConnection, deleteConnection, patchConnection } from "@windlass/core/actions";
import { type ConnectionRow, findConnection, listConnections } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, list, nullable, optional, record, text, type ValueOf } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import type { Server } from "../../server.ts";
import { testConnection, testDisabledVerdicts } from "../connection-test.ts";
import { maskedExtra, maskedPassword } from "../secrets.ts";
import { bulk, bulkBody, type BulkKind } from "./bulk.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";

const ORDER = {
  id: "id",
  connection_id: "connectionId",
  conn_id: "connectionId",
  conn_type: "connType",
  description: "description",
  host: "host",
  port: "port",
  login: "login",
  schema: "schema",
} as const;

const EXTRA_RULE =
  "The `extra` field must be a valid JSON object (e.g., {'key': 'value'}), but encountered non-JSON in `extra` field";

export const connectionFields = {
  connection_id: text({ maxLength: 200, pattern: "^[\\w.-]+$" }),
  conn_type: text(),
  description: optional(nullable(text())),
  host: optional(nullable(text())),
  login: optional(nullable(text())),
  schema: optional(nullable(text())),
  port: optional(nullable(integer())),
  password: optional(nullable(text())),
  extra: optional(nullable(text({ rule: (value) => (isObjectText(value) ? undefined : EXTRA_RULE) }))),
  team_name: optional(nullable(text({ maxLength: 50 }))),
};
const body = record(connectionFields);

function isObjectText(value: string): boolean {
  if (value === "") return true;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

/** A connection as v2 shows it; secrets are `***`. */
function connectionView(server: Server, connection: ConnectionRow): Record<string, unknown> {
  return {
    connection_id: connection.connectionId,
    conn_type: connection.connType,
    description: connection.description,
    host: connection.host,
    login: connection.login,
    schema: connection.schema,
    port: connection.port,
    password: maskedPassword(connection),
    extra: maskedExtra(server, connection),
    team_name: null,
  };
}

async function connectionOf(call: Pick<Call<unknown, unknown, unknown>, "server">, id: string): Promise<ConnectionRow> {
  const connection = await findConnection(call.server.actions.database, id);
  if (connection === undefined)
    throw objectUnknown("connection", id, {
      airflow: { v2: `The Connection with connection_id: \`${id}\` was not found` },
    });
  return connection;
}

/** A body that names another object than its path. */
export function nameMismatch(
  field: string,
  given: string | undefined,
  expected: string,
  said: string,
): readonly Verdict[] {
  if (given === undefined || given === expected) return [];
  const wrong: Refusal = {
    ...refusal(
      "request.field_wrong",
      { part: "body", name: field, problem: "it names another object than the path", expected },
      { pointer: `/${field}`, expected, actual: given, airflow: { v2: said } },
    ),
    status: { v1: 400, v2: 400, native: 400 },
  };
  return [{ phase: "fields", refusal: wrong }];
}

const bulkKind: BulkKind<ValueOf<typeof connectionFields>> = {
  words: "connections with these connection_ids",
  entity: body,
  nameField: "connection_id",
  nameOf: ({ connection_id: connectionId }) => connectionId,
  rights: { create: "connection.create", update: "connection.edit", delete: "connection.delete" },
  async existing({ server }, names) {
    const found = await Promise.all(names.map((name) => findConnection(server.actions.database, name)));
    return new Set(found.flatMap((each) => (each === undefined ? [] : [each.connectionId])));
  },
  create: (call, { connection_id: connectionId, conn_type: connType, team_name: _team, ...rest }) =>
    call.perform(createConnection, { connectionId, connType, ...rest }),
  update: (call, { connection_id: connectionId, conn_type: connType, team_name: _team, ...rest }, taken) => {
    const changed = Object.fromEntries(Object.entries(rest).filter(([name]) => taken(name)));
    return call.perform(patchConnection, { connectionId, ...(taken("conn_type") && { connType }), ...changed });
  },
  remove: (call, connectionId) => call.perform(deleteConnection, { connectionId }),
};

/** Connections: all verbs. */
export const connectionOperations = [
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/connections/test",
    operationId: "test_connection",
    summary: "Whether something answers where a connection points to, where that is switched on",
    action: "connection.test",
    body,
    async handle({ server, body: asked, judgeAll }) {
      judgeAll(["connection.test"], testDisabledVerdicts(server));
      return ok(await testConnection(server, asked));
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/connections",
    operationId: "get_connections",
    summary: "Connections, without their secrets",
    action: "connection.list",
    query: {
      ...pagingFields,
      order_by: orderField("id"),
      connection_id_pattern: optional(text()),
      connection_id_prefix_pattern: optional(text()),
    },
    async handle({ server, query }) {
      const filter = { idPattern: query.connection_id_pattern, idPrefix: query.connection_id_prefix_pattern };
      const { rows, total } = await listConnections(
        server.actions.database,
        filter,
        readOrderBy(query.order_by, ORDER),
        pageOf(query),
      );
      return ok({ connections: rows.map((row) => connectionView(server, row)), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/connections",
    operationId: "post_connection",
    summary: "Makes a connection",
    action: "connection.create",
    answers: [201],
    body,
    async handle(call) {
      const { connection_id: connectionId, conn_type: connType, team_name: _team, ...rest } = call.body;
      const { warnings } = await call.perform(createConnection, { connectionId, connType, ...rest });
      return ok(connectionView(call.server, await connectionOf(call, connectionId)), { status: 201, warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/connections/defaults",
    operationId: "create_default_connections",
    summary: "Makes the connections that come with an installation: there are none",
    action: "connection.create",
    answers: [204],
    handle(call) {
      call.judgeAll(["connection.create"]);
      return Promise.resolve({ status: 204 });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: "/api/v2/connections",
    operationId: "bulk_connections",
    summary: "Makes, changes and deletes many connections",
    action: "connection.edit",
    body: bulkBody,
    handle: (call) => bulk(call, bulkKind),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/connections/{connection_id}",
    operationId: "get_connection",
    summary: "One connection, without its secrets",
    action: "connection.read",
    params: { connection_id: text() },
    handle: async (call) => ok(connectionView(call.server, await connectionOf(call, call.params.connection_id))),
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: "/api/v2/connections/{connection_id}",
    operationId: "patch_connection",
    summary: "Changes a connection",
    action: "connection.edit",
    params: { connection_id: text() },
    query: { update_mask: optional(list(text())) },
    body,
    async handle(call) {
      const { connection_id: bodyId, conn_type: connType, team_name: _team, ...rest } = call.body;
      const { params, query, given } = call;
      const all: Record<string, unknown> = { connType, ...rest };
      const taken = Object.fromEntries(
        Object.entries(all).filter(([name]) => {
          const wire = name === "connType" ? "conn_type" : name;
          return given.has(wire) && (query.update_mask === undefined || query.update_mask.includes(wire));
        }),
      );
      const said = "The connection_id in the request body does not match the URL parameter";
      const { warnings } = await call.perform(
        patchConnection,
        { connectionId: params.connection_id, ...taken },
        nameMismatch("connection_id", bodyId, params.connection_id, said),
      );
      return ok(connectionView(call.server, await connectionOf(call, params.connection_id)), { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: "/api/v2/connections/{connection_id}",
    operationId: "delete_connection",
    summary: "Deletes a connection",
    action: "connection.delete",
    answers: [204],
    params: { connection_id: text() },
    async handle(call) {
      await call.perform(deleteConnection, { connectionId: call.params.connection_id });
      return { status: 204 };
    },
  }),
];
