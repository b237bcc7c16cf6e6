import { invariant } from "@windlass/contract";
import type pg from "pg";
import { DatabaseError, translateError } from "./database-error.ts";
import { runStatement } from "./run-statement.ts";
import type { Sql, Transaction } from "./sql.ts";

/**
 * One transaction on one connection. BEGIN is sent together with the first statement, and COMMIT with the last one where `work` says which that is, so
 * they cost no round trips of their own.
 * @throws DatabaseError, or whatever `work` throws; in both cases nothing was changed, save where the connection was lost during COMMIT
 */
export async function runTransaction<T>(client: pg.ClientBase, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const begun = client.query("BEGIN").then(
    () => undefined,
    (error: unknown) => translateError(error, false),
  );
  let open = true;
  let committing: Promise<void> | undefined;
  const run = async (text: string, params?: readonly unknown[]): Promise<pg.QueryResult> => {
    invariant(open, "a statement was sent after its transaction had ended");
    const result = await runStatement(client, text, params);
    // Without its BEGIN the statement stood alone; the transaction must not go on as if it could be rolled back.
    const refused = await begun;
    if (refused !== undefined) throw refused;
    return result;
  };
  try {
    const runLast = async (text: string, params?: readonly unknown[]): Promise<pg.QueryResult> => {
      const answer = run(text, params);
      open = false;
      committing = commit(client);
      // Where the statement fails COMMIT does, too, and the statement's error is the one to tell.
      const [ended, committed] = await Promise.allSettled([answer, committing]);
      if (ended.status === "rejected") throw ended.reason;
      if (committed.status === "rejected") throw committed.reason;
      return ended.value;
    };
    const result = await work({ ...statements(run), last: statements(runLast) });
    open = false;
    const refused = await begun;
    if (refused !== undefined) throw refused;
    if (committing === undefined) await commit(client);
    return result;
  } catch (error) {
    open = false;
    // COMMIT has been answered: it has committed, or it has rolled back.
    if (committing !== undefined) throw error;
    // Where the connection is gone the server has rolled back by itself, and `endedCleanly` keeps the client out of the pool.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

function statements(run: (text: string, params?: readonly unknown[]) => Promise<pg.QueryResult>): Sql {
  return {
    query: async <Row>(text: string, params?: readonly unknown[]) => (await run(text, params)).rows as Row[],
    execute: async (text, params) => (await run(text, params)).rowCount ?? 0,
  };
}

async function commit(client: pg.ClientBase): Promise<void> {
  let answer: pg.QueryResult;
  try {
    answer = await client.query("COMMIT");
  } catch (error) {
    throw translateError(error, true);
  }
  if (answer.command !== "COMMIT") {
    throw new DatabaseError({ kind: "rolled_back" }, "a statement of the transaction failed, so COMMIT rolled it back");
  }
}

/** Whether a connection is outside any transaction and alive, and so may serve again. */
export function endedCleanly(client: pg.ClientBase): boolean {
  return (
    "getTransactionStatus" in client &&
    (client as { getTransactionStatus(): string | null }).getTransactionStatus() === "I"
  );
}
