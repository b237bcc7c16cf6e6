import type { SerializedAsset } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";

/** Has whoever makes or activates assets wait for whoever else does, until the transaction ends: names and uris of active ones are unique. */
export async function lockAssets(sql: Sql): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('windlass assets', 0))`);
}

/** Makes those assets that are not there: active, or not where another active one has the name or the uri. */
export async function makeAssets(sql: Sql, assets: readonly SerializedAsset[]): Promise<void> {
  const rows = JSON.stringify(assets.map(({ group, ...asset }) => ({ ...asset, group_name: group })));
  const [missing] = await sql.query<{ missing: number }>(
    `select count(*) as missing from jsonb_to_recordset($1::jsonb) as g(name text, uri text)
     where not exists (select 1 from asset a where a.name = g.name and a.uri = g.uri)`,
    [rows],
  );
  if ((missing?.missing ?? 0) === 0) return;
  await lockAssets(sql);
  // The second statement takes what the first one could not: whatever another active asset stands in the way of.
  for (const active of [true, false]) {
    await sql.execute(
      `insert into asset (name, uri, group_name, extra, is_active)
       select distinct on (name, uri) name, uri, group_name, extra, $2::boolean
       from json_to_recordset($1::json) as g(name text, uri text, group_name text, extra json)
       on conflict do nothing`,
      [rows, active],
    );
  }
}
