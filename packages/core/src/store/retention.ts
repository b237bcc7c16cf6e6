import type { Sql } from "../database/sql.ts";

// Few enough that nobody waits for the locks of one statement.
const BATCH = 10_000;

/** Forgets transitions older than so many days; those of runs that are not over stay. @returns how many rows; a full batch means that there is more */
export async function deleteOldEvents(
  sql: Sql,
  days: number,
): Promise<{ readonly deleted: number; readonly more: boolean }> {
  const deleted = await sql.execute(
    `delete from event where id in (
       select e.id from event e left join dag_run r on r.id = e.dag_run_id
       where e.at < clock_timestamp() - make_interval(days => $1) and (r.id is null or r.end_date is not null)
       order by e.id limit $2
     )`,
    [days, BATCH],
  );
  return { deleted, more: deleted === BATCH };
}

/** Forgets late reports and sent announcements older than so many days. @returns how many rows */
export async function deleteOldReports(sql: Sql, days: number): Promise<number> {
  const [late, sent] = await Promise.all([
    sql.execute(`delete from late_report where at < clock_timestamp() - make_interval(days => $1)`, [days]),
    sql.execute(`delete from outbox where sent_at < clock_timestamp() - make_interval(days => $1)`, [days]),
  ]);
  return late + sent;
}

/** Forgets bundles that no version refers to and that are older than a day. @returns how many */
export async function deleteUnusedBundles(sql: Sql): Promise<number> {
  return sql.execute(
    `delete from bundle b where created_at < clock_timestamp() - interval '1 day'
       and not exists (select 1 from dag_version v where v.bundle_hash = b.hash)`,
  );
}
