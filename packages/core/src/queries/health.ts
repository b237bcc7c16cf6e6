import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** The newest sign of life of a kind of service, and whether it is recent, both by the database's clock. */
export interface ServiceHealth {
  readonly service: string;
  readonly lastSeenAt: Instant;
  readonly isRecent: boolean;
}

/** @param withinSeconds how old a sign of life may be */
export async function readHealth(sql: Sql, withinSeconds: number): Promise<readonly ServiceHealth[]> {
  return sql.query<ServiceHealth>(
    `select service, max(last_seen_at) as "lastSeenAt", max(last_seen_at) > clock_timestamp() - make_interval(secs => $1) as "isRecent"
     from service_heartbeat group by service`,
    [withinSeconds],
  );
}
