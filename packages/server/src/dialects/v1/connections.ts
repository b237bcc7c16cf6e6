import { invariant } from "@windlass/contract";
import { createConnection, deleteConnection, patchConnection } from "@windlass/core/actions";
import { findConnection, listConnections } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, nullable, optional, record, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import type { Server } from "../../server.ts";
import { testConnection, testDisabledVerdicts } from "../connection-test.ts";
import { connectionItem, connectionView } from "./connection-view.ts";
import { orderField, orderOf, pageOf, pagingFields } from "./paging.ts";
import { maskedBy, updateMask } from "./update-mask.ts";

const ORDER = {
  connection_id: "connectionId",
  conn_type: "connType",
  description: "description",
  host: "host",
  port: "port",
  id: "id",
} as const;

const optionalFields = {
  description: optional(nullable(text())),
  host: optional(nullable(text())),
  login: optional(nullable(text())),
  schema: optional(nullable(text())),
  port: optional(nullable(integer())),
  password: optional(nullable(text())),
  extra: optional(nullable(text())),
} as const;

const CHANGEABLE = [
  "connection_id",
  "conn_type",
  "description",
  "host",
  "login",
  "schema",
  "port",
  "password",
  "extra",
] as const;

/** Shows a connection as it is now stored. */
async function stored(server: Server, connectionId: string): Promise<Record<string, unknown>> {
  const connection = await findConnection(server.actions.database, connectionId);
  invariant(connection, "a connection just written is gone");
  return connectionView(server, connection);
}

const ONE = "/api/v1/connections/{connection_id}";

/** Connections, without their secrets. */
export const connectionOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/connections",
    operationId: "get_connections",
    summary: "Connections, without password and extra",
    action: "connection.list",
    query: { ...pagingFields, order_by: orderField },
    async handle({ server, query }) {
      const ordering = readOrderBy(orderOf(query.order_by, "id"), ORDER);
      const { rows, total } = await listConnections(server.actions.database, {}, ordering, pageOf(query));
      return ok({ connections: rows.map(connectionItem), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/connections/test",
    operationId: "test_connection",
    summary: "Whether something answers where a connection points to, where that is switched on",
    action: "connection.test",
    body: record({ connection_id: optional(text()), conn_type: text(), ...optionalFields }),
    async handle({ server, body, judgeAll }) {
      judgeAll(["connection.test"], testDisabledVerdicts(server));
      return ok(await testConnection(server, body));
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/connections",
    operationId: "post_connection",
    summary: "Makes a connection",
    action: "connection.create",
    body: record({ connection_id: text(), conn_type: text(), ...optionalFields }),
    async handle({ server, body, perform }) {
      const { connection_id: connectionId, conn_type: connType, ...more } = body;
      const { warnings, replayed } = await perform(createConnection, { ...more, connectionId, connType });
      return ok(await stored(server, connectionId), { warnings, replayed });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: ONE,
    operationId: "get_connection",
    summary: "One connection; secrets in its extra are masked",
    action: "connection.read",
    params: { connection_id: text() },
    async handle({ server, params }) {
      const connectionId = params.connection_id;
      const connection = await findConnection(server.actions.database, connectionId);
      if (connection !== undefined) return ok(connectionView(server, connection));
      const detail = `The Connection with connection_id: \`${connectionId}\` was not found`;
      throw objectUnknown("connection", connectionId, {
        pointer: "path/connection_id",
        airflow: { v1: { title: "Connection not found", detail } },
      });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: ONE,
    operationId: "patch_connection",
    summary: "Changes a connection",
    action: "connection.edit",
    params: { connection_id: text() },
    query: { update_mask: updateMask },
    body: record({ connection_id: optional(text()), conn_type: optional(text()), ...optionalFields }),
    async handle({ server, params, query, body, perform }) {
      const connectionId = params.connection_id;
      const masked = maskedBy(query.update_mask, body, CHANGEABLE);
      const { connection_id: _named, conn_type: connType, ...more } = masked.body;
      const { warnings } = await perform(
        patchConnection,
        { ...more, connectionId, ...(connType === undefined ? {} : { connType }) },
        masked.verdicts,
      );
      return ok(await stored(server, connectionId), { warnings });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "DELETE",
    path: ONE,
    operationId: "delete_connection",
    summary: "Deletes a connection",
    action: "connection.delete",
    params: { connection_id: text() },
    answers: [204],
    async handle({ params, perform }) {
      const { warnings } = await perform(deleteConnection, { connectionId: params.connection_id });
      return { status: 204, warnings };
    },
  }),
];
