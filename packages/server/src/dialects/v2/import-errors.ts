import { findImportError, type ImportErrorRow, listImportErrors } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, optional, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { importErrorText } from "../import-error-text.ts";
import { BUNDLE_NAME } from "./dag-version-view.ts";
import { z } from "./moments.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";

const ORDER = {
  id: "id",
  import_error_id: "id",
  timestamp: "timestamp",
  filename: "filename",
  bundle_name: "id",
  stack_trace: "id",
} as const;

function importErrorView(row: ImportErrorRow): Record<string, unknown> {
  return {
    import_error_id: row.id,
    timestamp: z(row.createdAt),
    filename: row.relativeFileloc,
    bundle_name: BUNDLE_NAME,
    stack_trace: importErrorText(row),
  };
}

/** Reading what keeps Dag files from loading. */
export const importErrorOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/importErrors",
    operationId: "get_import_errors",
    summary: "Dag files that do not load, with file, line and fix",
    action: "import_error.list",
    query: {
      ...pagingFields,
      order_by: orderField("id"),
      filename_pattern: optional(text()),
      filename_prefix_pattern: optional(text()),
      filename: optional(text()),
      bundle_name: optional(text()),
    },
    async handle({ server, query, scope }) {
      const { rows, total } = await listImportErrors(
        server.actions.database,
        scope(),
        {
          filename: query.filename,
          filenamePattern: query.filename_pattern,
          filenamePrefix: query.filename_prefix_pattern,
          nothing: query.bundle_name !== undefined && query.bundle_name !== BUNDLE_NAME,
        },
        readOrderBy(query.order_by, ORDER),
        pageOf(query),
      );
      return ok({ import_errors: rows.map(importErrorView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/importErrors/{import_error_id}",
    operationId: "get_import_error",
    summary: "One import error",
    action: "import_error.read",
    params: { import_error_id: integer() },
    async handle({ server, params, scope }) {
      const row = await findImportError(server.actions.database, scope(), params.import_error_id);
      if (row !== undefined) return ok(importErrorView(row));
      const id = String(params.import_error_id);
      throw objectUnknown("import error", id, {
        airflow: { v2: `The ImportError with import_error_id: \`${id}\` was not found` },
      });
    },
  }),
];
