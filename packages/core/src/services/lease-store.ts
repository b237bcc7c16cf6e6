import type { Database } from "../database/sql.ts";
import {
  listAttemptsOfBoots,
  listExpiredLeases,
  listStuckQueued,
  listStuckRestarting,
  type LocalQueues,
  type OpenAttempt,
  renewLeases,
} from "../store/attempts.ts";

/** What the keeping of leases and the rescue of attempts need of the place where the rows lie; all of it by that place's clock. */
export interface LeaseStore {
  /** Extends the leases that are not over. @returns the attempts that still have permission */
  renewLeases(attemptIds: readonly string[], leaseSeconds: number): Promise<readonly string[]>;
  /** Running attempts whose lease is over by more than the margin. */
  listExpiredLeases(marginSeconds: number, limit: number): Promise<readonly OpenAttempt[]>;
  /** Task instances that were cleared while they ran and whose process has not been heard of since. */
  listStuckRestarting(olderThanSeconds: number, limit: number): Promise<readonly OpenAttempt[]>;
  /** Queued attempts of these queues that nobody has started for so long. */
  listStuckQueued(olderThanSeconds: number, limit: number, queues: LocalQueues): Promise<readonly OpenAttempt[]>;
  /** Running attempts that these boots started. */
  listAttemptsOfBoots(deadBootIds: readonly string[]): Promise<readonly OpenAttempt[]>;
}

/** Leases in PostgreSQL. */
export function postgresLeaseStore(database: Database): LeaseStore {
  return {
    renewLeases: (attemptIds, leaseSeconds) => renewLeases(database, attemptIds, leaseSeconds),
    listExpiredLeases: (marginSeconds, limit) => listExpiredLeases(database, marginSeconds, limit),
    listStuckRestarting: (olderThanSeconds, limit) => listStuckRestarting(database, olderThanSeconds, limit),
    listStuckQueued: (olderThanSeconds, limit, queues) => listStuckQueued(database, olderThanSeconds, limit, queues),
    listAttemptsOfBoots: (deadBootIds) => listAttemptsOfBoots(database, deadBootIds),
  };
}
