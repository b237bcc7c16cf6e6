import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  actionEntry,
  CATALOGUE,
  type CatalogueEntry,
  type JsonObject,
  REFUSAL_CODES,
  type RefusalCode,
} from "@windlass/contract";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { choice, flag, optional, text } from "../../request/field.ts";
import { nearestName } from "../../request/nearest-name.ts";
import { EXECUTION_OPERATIONS } from "../execution/operations.ts";
import { type ListedOperation, listExecutionOperations, listOperations } from "../operation-list.ts";

function operationView(each: ListedOperation): JsonObject {
  return {
    dialect: each.dialect,
    method: each.method,
    path: each.path,
    operation_id: each.operationId,
    implemented: each.implemented,
    summary: each.summary,
    action: each.action,
    mutates: each.mutates,
    permissions:
      each.action === null
        ? null
        : actionEntry(each.action).needs.map(({ action, resource }) => `${action} on ${resource}`),
  };
}

/** The page of a code: the written one, or what the catalogue itself says. */
async function pageOf(code: RefusalCode, folder: string | undefined): Promise<string> {
  const written =
    folder === undefined ? undefined : await readFile(join(folder, `${code}.md`), "utf8").catch(() => undefined);
  if (written !== undefined) return written;
  const entry: CatalogueEntry = CATALOGUE[code];
  return `# ${entry.summary}\n\nCode \`${code}\`\n\n${entry.reason}\n\n## What to do\n\n${entry.fix}\n\n## What happens meanwhile\n\n${entry.meanwhile}\n`;
}

/** The list of everything that can be called, and the pages that explain refusals. */
export const referenceOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/operations",
    operationId: "list_operations",
    summary: "Every operation of every dialect, and what Airflow has that is not built here",
    action: "system.docs",
    query: { dialect: optional(choice(["v1", "v2", "native", "execution"])), implemented: optional(flag()) },
    async handle({ server, query }) {
      const all = [...listOperations(server.operations.all), ...listExecutionOperations(EXECUTION_OPERATIONS)];
      const listed = all.filter(
        (each) =>
          (query.dialect === undefined || each.dialect === query.dialect) &&
          (query.implemented === undefined || each.implemented === query.implemented),
      );
      return ok({ operations: listed.map(operationView), total_entries: listed.length });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/errors",
    operationId: "list_errors",
    summary: "Every code of a refusal with its statuses and what it means",
    action: "system.docs",
    async handle() {
      const errors = REFUSAL_CODES.map((code) => {
        const entry: CatalogueEntry = CATALOGUE[code];
        return { code, summary: entry.summary, status: { ...entry.status } };
      });
      return ok({ errors, total_entries: errors.length });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/errors/{code}",
    operationId: "get_error_page",
    summary: "The page that explains a code, as Markdown",
    action: "system.docs",
    params: { code: text() },
    produces: ["text/markdown"],
    async handle({ server, params }) {
      const code = REFUSAL_CODES.find((each) => each === params.code);
      if (code !== undefined)
        return { status: 200, type: "text/markdown", body: await pageOf(code, server.errorPagesFolder) };
      const near = nearestName(params.code, REFUSAL_CODES);
      throw objectUnknown("code", params.code, {
        pointer: "path/code",
        ...(near === undefined ? {} : { expected: near }),
      });
    },
  }),
];
