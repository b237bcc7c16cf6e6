import type { DagScope, Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging } from "./conditions.ts";
import { selectPage } from "./select-page.ts";

/** A Dag file, or a Dag in it, that does not load. */
export interface ImportErrorRow {
  readonly id: number;
  readonly relativeFileloc: string;
  /** Empty where the whole file does not load. */
  readonly dagId: string;
  readonly code: string;
  readonly reason: string;
  readonly fix: string;
  readonly line: number | null;
  readonly columnNumber: number | null;
  readonly trace: string;
  readonly createdAt: Instant;
}

/** Columns behind the names. */
export const IMPORT_ERROR_SORTS = { id: "e.id", timestamp: "e.created_at", filename: "e.relative_fileloc" } as const;

const COLUMNS = `e.id, e.relative_fileloc as "relativeFileloc", e.dag_id as "dagId", e.code, e.reason, e.fix, e.line,
  e.column_number as "columnNumber", e.trace, e.created_at as "createdAt"`;

// A file's error is told to whoever may read every Dag known from it; of a file from which nothing was ever loaded, to all who may read
// import errors.
function visible(conditions: Conditions, scope: DagScope): Conditions {
  if (scope.all) return conditions;
  return conditions.add(
    [...scope.dagIds],
    (param) =>
      `not exists (select 1 from dag d where d.relative_fileloc = e.relative_fileloc and d.dag_id <> all(${param}::text[]))`,
  );
}

/** Import errors that a caller may see. */
export async function listImportErrors(
  sql: Sql,
  scope: DagScope,
  filter: {
    readonly filename?: string | undefined;
    readonly filenamePattern?: string | undefined;
    readonly filenamePrefix?: string | undefined;
    readonly nothing?: boolean | undefined;
  },
  ordering: Ordering<keyof typeof IMPORT_ERROR_SORTS>,
  paging: Paging,
): Promise<Page<ImportErrorRow>> {
  const conditions = visible(new Conditions(), scope)
    .equals("e.relative_fileloc", filter.filename)
    .pattern("e.relative_fileloc", filter.filenamePattern)
    .prefix("e.relative_fileloc", filter.filenamePrefix);
  if (filter.nothing === true) conditions.raw("false");
  const from = "from import_error e";
  return selectPage(sql, {
    columns: COLUMNS,
    from,
    conditions,
    sorts: IMPORT_ERROR_SORTS,
    ordering,
    last: "e.id",
    paging,
  });
}

/** One import error that a caller may see. */
export async function findImportError(sql: Sql, scope: DagScope, id: number): Promise<ImportErrorRow | undefined> {
  const conditions = visible(new Conditions(), scope).equals("e.id", id);
  return firstOf(
    await sql.query<ImportErrorRow>(`select ${COLUMNS} from import_error e ${conditions.where()}`, conditions.params),
  );
}
