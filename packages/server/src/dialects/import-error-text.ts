import type { ImportErrorRow } from "@windlass/core/queries";

/** Where, what, why and how to mend it, above the trace: what Airflow's clients show as the stack trace. */
export function importErrorText(row: ImportErrorRow): string {
  const place = [row.relativeFileloc, row.line, row.columnNumber].filter((each) => each !== null).join(":");
  return `${place}: ${row.code}\n${row.reason}\n${row.fix}${row.trace === "" ? "" : `\n\n${row.trace}`}`;
}
