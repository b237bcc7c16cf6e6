import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging } from "./conditions.ts";
import { selectPage } from "./select-page.ts";

/** A variable; the value is sealed, and only `ActionContext.secretBox` opens it. */
export interface VariableRow {
  readonly id: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly description: string | null;
}

/** Columns behind the names. */
export const VARIABLE_SORTS = { id: "v.id", key: "v.key", description: "v.description" } as const;

const COLUMNS = "v.id, v.key, v.value, v.description";

/** Variables. */
export async function listVariables(
  sql: Sql,
  filter: { readonly keyPattern?: string | undefined; readonly keyPrefix?: string | undefined },
  ordering: Ordering<keyof typeof VARIABLE_SORTS>,
  paging: Paging,
): Promise<Page<VariableRow>> {
  const conditions = new Conditions().pattern("v.key", filter.keyPattern).prefix("v.key", filter.keyPrefix);
  const from = "from variable v";
  return selectPage(sql, { columns: COLUMNS, from, conditions, sorts: VARIABLE_SORTS, ordering, last: "v.id", paging });
}

/** One variable; undefined where there is none. */
export async function findVariable(sql: Sql, key: string): Promise<VariableRow | undefined> {
  return firstOf(await sql.query<VariableRow>(`select ${COLUMNS} from variable v where v.key = $1`, [key]));
}
