import type { Sql } from "../database/sql.ts";

/** Which duty a process carries out. */
export type ServiceName =
  | "api-server"
  | "scheduler"
  | "dag-processor"
  | "executor"
  | "rescuer"
  | "cleaner"
  | "triggerer"
  | "worker"
  | "callbacks"
  | "notifier"
  | "deadlines";

/** Gives a sign of life for each of a process's services, by the database's clock. */
export async function beat(
  sql: Sql,
  process: { readonly instanceId: string; readonly bootId: string; readonly hostname: string },
  services: readonly ServiceName[],
): Promise<void> {
  await sql.execute(
    `insert into service_heartbeat (instance_id, service, boot_id, hostname)
     select $1, unnest($2::text[]), $3, $4
     on conflict (instance_id, service) do update set last_seen_at = clock_timestamp(), boot_id = excluded.boot_id, hostname = excluded.hostname`,
    [process.instanceId, services, process.bootId, process.hostname],
  );
}

/** Takes a process's signs of life away: it stopped by itself. */
export async function removeHeartbeats(sql: Sql, instanceId: string): Promise<void> {
  await sql.execute(`delete from service_heartbeat where instance_id = $1`, [instanceId]);
}

/** Forgets processes that have been silent for so long. @returns how many rows */
export async function deleteSilentHeartbeats(sql: Sql, olderThanSeconds: number): Promise<number> {
  return sql.execute(
    `delete from service_heartbeat where last_seen_at < clock_timestamp() - make_interval(secs => $1)`,
    [olderThanSeconds],
  );
}
