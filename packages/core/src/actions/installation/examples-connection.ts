import type { ConnectionParts } from "../../database/sql.ts";
import { findConnection, insertConnection, updateConnection } from "../../store/connections.ts";
import type { ActionContext } from "../context.ts";

const ID = "examples_db";

/** Makes or renews the connection `examples_db`, which the example Dags work in; it leads to a database of their own, never to the metadata. */
export async function storeExamplesConnection(context: ActionContext, parts: ConnectionParts): Promise<void> {
  const connection = {
    connectionId: ID,
    connType: "postgres",
    description: "Database of the example Dags, kept by `windlass up`",
    host: parts.host,
    login: parts.user,
    schema: parts.database,
    port: parts.port,
    password: context.secretBox.seal(parts.password, { table: "connection", column: "password", row: ID }),
    extra: null,
  };
  await context.database.transaction(async (tx) => {
    if (await findConnection(tx, ID)) await updateConnection(tx, connection);
    else await insertConnection(tx, connection);
  });
}
