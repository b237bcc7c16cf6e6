import type { Sql } from "../database/sql.ts";

/**
 * Names an object before an attempt writes it.
 * @returns false where the attempt has no permission (any more)
 */
export async function insertXcomObject(sql: Sql, address: string, attemptId: string): Promise<boolean> {
  const made = await sql.execute(
    `insert into xcom_object (address, attempt_id)
     select $1, attempt_id from task_instance where attempt_id = $2 and state = 'running'`,
    [address, attemptId],
  );
  return made === 1;
}

/** Objects that no XCom refers to and no attempt is about to: their run was deleted, their task ran again, their attempt ended in between. */
export async function listLooseObjects(sql: Sql, limit: number): Promise<readonly string[]> {
  const rows = await sql.query<{ address: string }>(
    `select o.address from xcom_object o
     where o.deleted_at is null and not exists (select 1 from xcom x where x.object = o.address)
       and not exists (select 1 from task_instance t where t.attempt_id = o.attempt_id and t.state in ('running', 'restarting'))
     order by o.created_at limit $1`,
    [limit],
  );
  return rows.map((row) => row.address);
}

/** Deleted objects that a writer who was already taken for lost may have written once more, and cannot any longer. */
export async function listDeletedObjects(sql: Sql, afterSeconds: number, limit: number): Promise<readonly string[]> {
  const rows = await sql.query<{ address: string }>(
    `select address from xcom_object
     where deleted_at is not null and created_at < clock_timestamp() - make_interval(secs => $1) order by created_at limit $2`,
    [afterSeconds, limit],
  );
  return rows.map((row) => row.address);
}

/** Notes that objects were deleted. */
export async function markObjectsDeleted(sql: Sql, addresses: readonly string[]): Promise<void> {
  await sql.execute(`update xcom_object set deleted_at = clock_timestamp() where address = any($1::text[])`, [
    [...addresses],
  ]);
}

/** Forgets objects that are gone for good. */
export async function forgetObjects(sql: Sql, addresses: readonly string[]): Promise<void> {
  await sql.execute(`delete from xcom_object where address = any($1::text[])`, [[...addresses]]);
}
