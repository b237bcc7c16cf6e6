import type { DagScope } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, type Page, type Paging } from "./conditions.ts";

/** Names of the tags of readable Dags, each once. */
export async function listDagTags(
  sql: Sql,
  scope: DagScope,
  filter: { readonly pattern?: string | undefined; readonly prefix?: string | undefined },
  descending: boolean,
  paging: Paging,
): Promise<Page<string>> {
  const conditions = new Conditions()
    .scope("t.dag_id", scope)
    .pattern("t.name", filter.pattern)
    .prefix("t.name", filter.prefix);
  const rows = await sql.query<{ name: string }>(
    `select distinct t.name from dag_tag t join dag d using (dag_id) ${conditions.raw("not d.is_stale").where()} order by t.name ${descending ? "desc" : "asc"}`,
    conditions.params,
  );
  return { rows: rows.slice(paging.offset, paging.offset + paging.limit).map(({ name }) => name), total: rows.length };
}
