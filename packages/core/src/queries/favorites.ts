import type { Sql } from "../database/sql.ts";

/** Whether an account has marked a Dag as a favourite. */
export async function isFavorite(sql: Sql, accountId: number, dagId: string): Promise<boolean> {
  const rows = await sql.query("select 1 from dag_favorite where account_id = $1 and dag_id = $2", [accountId, dagId]);
  return rows.length > 0;
}
