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
    // What a worker was given and never started waits, however long, to be given again.
    sql.execute(
      `delete from outbox o where o.sent_at < clock_timestamp() - make_interval(days => $1) and not exists (
         select 1 from task_attempt a join task_instance t on t.id = a.task_instance_id and t.attempt_id = a.attempt_id
         where a.attempt_id = o.attempt_id and t.state = 'queued')`,
      [days],
    ),
  ]);
  return late + sent;
}

/**
 * Forgets versions of Dags that are of no use any more: a newer one took their place more than so many days ago, and no run is, or was, on them. What is
 * made of them goes with them; their code goes with `deleteUnusedBundles`. @returns how many
 */
export async function deleteUnusedVersions(sql: Sql, days: number): Promise<number> {
  return sql.execute(
    `delete from dag_version where id in (
       select v.id from dag_version v join dag d on d.dag_id = v.dag_id
       where d.current_version_id is distinct from v.id
         and exists (select 1 from dag_version n where n.dag_id = v.dag_id and n.version_number > v.version_number
           and n.created_at < clock_timestamp() - make_interval(days => $1))
         and not exists (select 1 from dag_run r where r.dag_version_id = v.id)
         and not exists (select 1 from dag_run_version b where b.dag_version_id = v.id)
       order by v.id limit $2
     )`,
    [days, BATCH],
  );
}

/** Forgets bundles that no version refers to and that are older than a day. @returns how many */
export async function deleteUnusedBundles(sql: Sql): Promise<number> {
  return sql.execute(
    `delete from bundle b where created_at < clock_timestamp() - interval '1 day'
       and not exists (select 1 from dag_version v where v.bundle_hash = b.hash)`,
  );
}
