import pg from "pg";

/** What went wrong in the database, in the program's own terms. */
export type DatabaseErrorDetail =
  | { readonly kind: "unique"; readonly constraint: string }
  | { readonly kind: "foreign_key"; readonly constraint: string }
  | { readonly kind: "check"; readonly constraint: string }
  | { readonly kind: "exclusion"; readonly constraint: string }
  | { readonly kind: "not_null"; readonly column: string }
  /** Two transactions stood in each other's way (serialization failure or deadlock); `transaction` has already retried it. */
  | { readonly kind: "conflict" }
  | { readonly kind: "lock_timeout" }
  | { readonly kind: "statement_timeout" }
  /** No server, or the connection was lost. `mayHaveRun` is true where the statement was sent and its outcome is unknown. */
  | { readonly kind: "unavailable"; readonly mayHaveRun: boolean }
  | { readonly kind: "denied" }
  | { readonly kind: "no_such_database" }
  | { readonly kind: "out_of_space" }
  /** A statement of the transaction failed and its error was swallowed: COMMIT became ROLLBACK. */
  | { readonly kind: "rolled_back" }
  /** A function of ours refused (SQLSTATE of class WL); `text` is the detail that it gave. */
  | { readonly kind: "raised"; readonly text: string }
  | { readonly kind: "other" };

/** Thrown by everything of a `Database`; the driver's own error is its `cause`. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly detail: DatabaseErrorDetail;
  /** PostgreSQL's five characters, where the server spoke. */
  readonly sqlState: string | undefined;

  constructor(
    detail: DatabaseErrorDetail,
    message: string,
    options: { readonly sqlState?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.detail = detail;
    this.sqlState = options.sqlState;
  }

  get kind(): DatabaseErrorDetail["kind"] {
    return this.detail.kind;
  }
}

/** Whether a unique constraint (the named one, or any) refused a row. */
export function isUniqueViolation(error: unknown, constraint?: string): error is DatabaseError {
  return (
    error instanceof DatabaseError &&
    error.detail.kind === "unique" &&
    (constraint === undefined || error.detail.constraint === constraint)
  );
}

/** Whether the server could not be reached or went away. */
export function isUnavailable(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.detail.kind === "unavailable";
}

/** The driver throws its own class, and plain errors with a code of the operating system or none at all. */
export function translateError(error: unknown, mayHaveRun: boolean): Error {
  if (!(error instanceof Error)) return new DatabaseError({ kind: "other" }, String(error), { cause: error });
  if (error instanceof DatabaseError) return error;
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    return new DatabaseError(detailOf(error.code, error, mayHaveRun), error.message, {
      sqlState: error.code,
      cause: error,
    });
  }
  return connectionLost(error)
    ? new DatabaseError({ kind: "unavailable", mayHaveRun }, `the database is not reachable: ${error.message}`, {
        cause: error,
      })
    : error;
}

function detailOf(sqlState: string, error: pg.DatabaseError, mayHaveRun: boolean): DatabaseErrorDetail {
  const constraint = error.constraint ?? "";
  switch (sqlState) {
    case "23505":
      return { kind: "unique", constraint };
    case "23503":
    case "23001":
      return { kind: "foreign_key", constraint };
    case "23514":
      return { kind: "check", constraint };
    case "23P01":
      return { kind: "exclusion", constraint };
    case "23502":
      return { kind: "not_null", column: error.column ?? "" };
    case "40001":
    case "40P01":
      return { kind: "conflict" };
    case "55P03":
      return { kind: "lock_timeout" };
    case "57014":
      return { kind: "statement_timeout" };
    case "42501":
    case "28P01":
    case "28000":
      return { kind: "denied" };
    case "3D000":
      return { kind: "no_such_database" };
    case "53100":
      return { kind: "out_of_space" };
    // Shutting down, crashed, starting up, database dropped, too many connections.
    case "57P01":
    case "57P02":
    case "57P03":
    case "57P04":
    case "53300":
      return { kind: "unavailable", mayHaveRun };
    default:
      if (sqlState.startsWith("WL")) return { kind: "raised", text: error.detail ?? "" };
      return sqlState.startsWith("08") ? { kind: "unavailable", mayHaveRun } : { kind: "other" };
  }
}

const SOCKET_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EADDRNOTAVAIL",
  "EMFILE",
  "ENFILE",
  "EAGAIN",
]);
// pg gives these no code; the texts are those of pg 8.23 (client.js, pg-pool/index.js).
const LOST =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|timeout exceeded when trying to connect|Query read timeout|Cannot use a pool after calling end|This socket has been ended|write after end|The client has been)/i;

function connectionLost(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return (code !== undefined && (SOCKET_CODES.has(code) || code.startsWith("ERR_STREAM"))) || LOST.test(error.message);
}
