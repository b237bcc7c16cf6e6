import type { JsonValue } from "@windlass/contract";
import { FailWithoutRetry } from "../outcomes.ts";

/** One row of a result, by column. Numbers that JavaScript cannot hold exactly, and moments, arrive as text; bytes as base64. */
export type SqlRow = { readonly [column: string]: JsonValue };

/** What one statement gave. */
export interface StatementResult {
  readonly rows: readonly SqlRow[];
  /** Rows that it changed or gave; null where the server does not tell. */
  readonly affected: number | null;
}

/** How much of a result is read. */
export interface RowLimits {
  /** More rows than this fail the statement. */
  readonly maxRows: number;
  /** Whether rows are kept, or only counted. */
  readonly keep: boolean;
}

/** One connection to a database server. Cancelling the task cancels the statement on the server. */
export interface SqlSession {
  run(statement: string, parameters: readonly JsonValue[], limits: RowLimits): Promise<StatementResult>;
  /** Closes the connection; what is not committed is undone. */
  close(): Promise<void>;
}

/** The statement gave more rows than the task takes. */
export function tooManyRows({ maxRows }: RowLimits): FailWithoutRetry {
  return new FailWithoutRetry(
    `The statement gave more than ${String(maxRows)} rows (maxRows). Let it give fewer, or leave the data in the database.`,
  );
}
