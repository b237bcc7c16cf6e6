import type { Sql } from "../database/sql.ts";

/** Marks a Dag as an account's favourite. @returns false where it was marked already */
export async function insertFavorite(sql: Sql, accountId: number, dagId: string): Promise<boolean> {
  return (
    (await sql.execute(`insert into dag_favorite (account_id, dag_id) values ($1, $2) on conflict do nothing`, [
      accountId,
      dagId,
    ])) === 1
  );
}

/** Takes the mark back. @returns whether it was there */
export async function deleteFavorite(sql: Sql, accountId: number, dagId: string): Promise<boolean> {
  return (
    (await sql.execute(`delete from dag_favorite where account_id = $1 and dag_id = $2`, [accountId, dagId])) === 1
  );
}
