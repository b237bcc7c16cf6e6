import type { Sql } from "../database/sql.ts";

/** What became of a test. */
export interface ConnectionTestEnd {
  readonly state: "success" | "failed";
  readonly message: string;
}

// No test takes so long: its process has ended.
const LOST_AFTER_SECONDS = 120;
const KEPT_DAYS = 1;

/** Keeps that a test was asked for; those of processes that are gone end by it. @throws DatabaseError where one of the same connection is under way */
export async function insertConnectionTest(sql: Sql, token: string, connectionId: string): Promise<void> {
  await sql.execute(
    `update connection_test set state = 'failed', result_message = 'The server that ran the test has ended.'
     where state in ('pending', 'running') and created_at < clock_timestamp() - make_interval(secs => $1)`,
    [LOST_AFTER_SECONDS],
  );
  await sql.execute("delete from connection_test where created_at < clock_timestamp() - make_interval(days => $1)", [
    KEPT_DAYS,
  ]);
  await sql.execute("insert into connection_test (token, connection_id) values ($1, $2)", [token, connectionId]);
}

/** A test begins. */
export async function startConnectionTest(sql: Sql, token: string): Promise<void> {
  await sql.execute("update connection_test set state = 'running' where token = $1 and state = 'pending'", [token]);
}

/** A test has ended. */
export async function endConnectionTest(sql: Sql, token: string, { state, message }: ConnectionTestEnd): Promise<void> {
  await sql.execute(
    "update connection_test set state = $2, result_message = $3 where token = $1 and state in ('pending', 'running')",
    [token, state, message],
  );
}
