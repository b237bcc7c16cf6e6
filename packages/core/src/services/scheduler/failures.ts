import type { DatabaseError, DatabaseErrorDetail } from "../../database/database-error.ts";

const TRANSIENT: ReadonlySet<DatabaseErrorDetail["kind"]> = new Set<DatabaseErrorDetail["kind"]>([
  "conflict",
  "lock_timeout",
  "statement_timeout",
  "unavailable",
  "denied",
  "no_such_database",
  "out_of_space",
  "rolled_back",
]);

/** Whether the same statement may come through later: what stands in the way is the server's state, not the rows. */
export function isTransient(error: DatabaseError): boolean {
  return TRANSIENT.has(error.kind);
}
