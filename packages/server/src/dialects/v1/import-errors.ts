import { findImportError, type ImportErrorRow, listImportErrors } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { importErrorText } from "../import-error-text.ts";
import { iso } from "./moments.ts";
import { orderField, orderOf, pageOf, pagingFields } from "./paging.ts";

const ORDER = { import_error_id: "id", timestamp: "timestamp", filename: "filename" } as const;

function importErrorView(row: ImportErrorRow): Record<string, unknown> {
  return {
    filename: row.relativeFileloc,
    import_error_id: row.id,
    stack_trace: importErrorText(row),
    timestamp: iso(row.createdAt),
  };
}

/** Reading what keeps Dag files from loading. */
export const importErrorOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/importErrors",
    operationId: "get_import_errors",
    summary: "Dag files that do not load, with file, line and fix",
    action: "import_error.list",
    query: { ...pagingFields, order_by: orderField },
    async handle({ server, query, scope }) {
      const ordering = readOrderBy(orderOf(query.order_by, "import_error_id"), ORDER);
      const { rows, total } = await listImportErrors(server.actions.database, scope(), {}, ordering, pageOf(query));
      return ok({ import_errors: rows.map(importErrorView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/importErrors/{import_error_id}",
    operationId: "get_import_error",
    summary: "One import error",
    action: "import_error.read",
    params: { import_error_id: integer() },
    async handle({ server, params, scope }) {
      const row = await findImportError(server.actions.database, scope(), params.import_error_id);
      if (row !== undefined) return ok(importErrorView(row));
      const id = String(params.import_error_id);
      const detail = `The ImportError with import_error_id: \`${id}\` was not found`;
      throw objectUnknown("import error", id, {
        pointer: "path/import_error_id",
        airflow: { v1: { title: "Import error not found", detail } },
      });
    },
  }),
];
