import type { Sql } from "../database/sql.ts";

/** Ids of the Dags that come from a file, stale ones too. @param relativeFileloc path of the file relative to the Dags folder */
export async function listDagIdsOfFile(sql: Sql, relativeFileloc: string): Promise<readonly string[]> {
  const rows = await sql.query<{ dagId: string }>(
    `select dag_id as "dagId" from dag where relative_fileloc = $1 order by dag_id`,
    [relativeFileloc],
  );
  return rows.map(({ dagId }) => dagId);
}
