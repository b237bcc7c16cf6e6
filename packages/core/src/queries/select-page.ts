import type { Sql } from "../database/sql.ts";
import type { Conditions, Ordering, Page, Paging } from "./conditions.ts";

/** What a page of a list is selected by. */
export interface PageSelection<Sort extends string> {
  readonly columns: string;
  /** `from …` with its joins. */
  readonly from: string;
  /** The same with only those joins that the conditions need. @defaultValue `from` */
  readonly countFrom?: string;
  readonly conditions: Conditions;
  readonly sorts: Readonly<Record<Sort, string>>;
  readonly ordering: Ordering<Sort>;
  /** Breaks ties, so that pages do not overlap. */
  readonly last: string;
  readonly paging: Paging;
}

/** The rows of one page and the number on all of them; the page's rows are not asked for where it has none by its limit. */
export async function selectPage<Row, Sort extends string>(
  sql: Sql,
  { columns, from, countFrom = from, conditions, sorts, ordering, last, paging }: PageSelection<Sort>,
): Promise<Page<Row>> {
  const where = conditions.where();
  const counted = [...conditions.params];
  const [count] = await sql.query<{ total: number }>(`select count(*) as total ${countFrom} ${where}`, counted);
  const total = count?.total ?? 0;
  if (paging.limit === 0) return { rows: [], total };
  const page = conditions.page(sorts, ordering, last, paging);
  return { rows: await sql.query<Row>(`select ${columns} ${from} ${where} ${page}`, conditions.params), total };
}
