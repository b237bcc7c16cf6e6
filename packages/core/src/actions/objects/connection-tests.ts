import { type ConnectionValue, RefusalError } from "@windlass/contract";
import { isUniqueViolation } from "../../database/database-error.ts";
import { existingObject } from "../../domain/decide/object-names.ts";
import {
  type ConnectionTestEnd,
  endConnectionTest,
  insertConnectionTest,
  startConnectionTest,
} from "../../store/connection-tests.ts";
import type { Action } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { resolveConnection } from "./connection-secrets.ts";

const TOKEN_BYTES = 32;
const MASK = "***";

/** A test of a connection that somebody waits for. */
export interface EnqueuedTest {
  readonly token: string;
}

/** Keeps that a test was asked for. Running it is the caller's part: what is tested is in no row. */
export const enqueueConnectionTest: Action<
  { readonly connectionId: string; readonly connType: string },
  { readonly connectionId: string; readonly connType: string },
  EnqueuedTest
> = {
  name: "connection.test",
  event: "enqueue_connection_test",
  subject: ({ connectionId }) => ({ dagId: null, object: connectionId }),
  decide: async (_context, _request, input) => ({ verdicts: [], warnings: [], plan: input }),
  async execute(tx, { random }, _request, { connectionId, connType }) {
    const token = Buffer.from(random.bytes(TOKEN_BYTES)).toString("base64url");
    try {
      await insertConnectionTest(tx, token, connectionId);
    } catch (error) {
      if (!isUniqueViolation(error, "connection_test_active")) throw error;
      const said = `An active connection test already exists for connection_id \`${connectionId}\`.`;
      throw new RefusalError({ ...existingObject("connection", connectionId), airflow: { v2: said } });
    }
    return { result: { token }, extra: { conn_type: connType } };
  },
};

/** Runs a test that was asked for, and keeps what became of it. */
export async function runConnectionTest(
  { database }: Pick<ActionContext, "database">,
  token: string,
  run: () => Promise<ConnectionTestEnd>,
): Promise<void> {
  await startConnectionTest(database, token);
  await endConnectionTest(database, token, await run());
}

/** Ends a test that is not run. */
export async function giveUpConnectionTest(
  { database }: Pick<ActionContext, "database">,
  token: string,
  message: string,
): Promise<void> {
  await endConnectionTest(database, token, { state: "failed", message });
}

/**
 * A connection that is to be tested, where its secrets are masked with those of the stored one: only if it leads to the same place with the same login,
 * so that nobody has a secret sent to a place of his own.
 */
export async function withStoredSecrets(context: ActionContext, tested: ConnectionValue): Promise<ConnectionValue> {
  if (tested.password !== MASK) return tested;
  const stored = await resolveConnection(context, context.database, tested.connectionId);
  const isSame = (["connType", "host", "login", "port", "extra"] as const).every(
    (field) => (stored?.[field] ?? "") === (tested[field] ?? ""),
  );
  return { ...tested, password: isSame ? (stored?.password ?? null) : null };
}
