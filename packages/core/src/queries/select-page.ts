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
  /** A key of the rows, where columns are dear: they are worked out for the page alone, and not for what stands before it as well. */
  readonly key?: string;
}

/** The rows of one page and the number on all of them; the page's rows are not asked for where it has none by its limit. */
export async function selectPage<Row, Sort extends string>(
  sql: Sql,
  { columns, from, countFrom = from, conditions, sorts, ordering, last, paging, key }: PageSelection<Sort>,
): Promise<Page<Row>> {
  const where = conditions.where();
  const counted = [...conditions.params];
  const [count] = await sql.query<{ total: number }>(`select count(*) as total ${countFrom} ${where}`, counted);
  const total = count?.total ?? 0;
  if (paging.limit === 0) return { rows: [], total };
  const page = conditions.page(sorts, ordering, last, paging);
  const text =
    key === undefined
      ? `select ${columns} ${from} ${where} ${page}`
      : `select ${columns} ${from}
         join (select page_key, row_number() over () as page_at from (select ${key} as page_key ${from} ${where} ${page}) keys) page
           on page.page_key = ${key}
         order by page.page_at`;
  return { rows: await sql.query<Row>(text, conditions.params), total };
}
