import { CATALOGUE, type JsonObject, type RefusalCode } from "@windlass/contract";
import { type ImportErrorRow, listImportErrors } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { optional, text } from "../../request/field.ts";
import { importErrorText } from "../import-error-text.ts";
import { pagingFields } from "./paging.ts";

function importErrorView(row: ImportErrorRow): JsonObject {
  return {
    import_error_id: row.id,
    timestamp: row.createdAt,
    filename: row.relativeFileloc,
    dag_id: row.dagId === "" ? null : row.dagId,
    code: row.code,
    summary: Object.hasOwn(CATALOGUE, row.code) ? CATALOGUE[row.code as RefusalCode].summary : null,
    reason: row.reason,
    fix: row.fix,
    line: row.line,
    column: row.columnNumber,
    stack_trace: importErrorText(row),
  };
}

/** Dag files that do not load. */
export const importErrorOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/import-errors",
    operationId: "list_import_errors",
    summary: "Dag files that do not load, with place, reason and fix, newest first",
    action: "import_error.list",
    query: { filename: optional(text()), ...pagingFields },
    async handle({ server, query, scope }) {
      const { rows, total } = await listImportErrors(
        server.actions.database,
        scope(),
        { filename: query.filename },
        [{ by: "timestamp", descending: true }],
        { limit: query.limit, offset: query.offset },
      );
      return ok({ import_errors: rows.map(importErrorView), total_entries: total });
    },
  }),
];
