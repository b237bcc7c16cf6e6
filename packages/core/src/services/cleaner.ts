import { toMillis, type Clock } from "@windlass/contract";
import type { Database } from "../database/sql.ts";
import { deleteOldIdempotent } from "../store/idempotency.ts";
import { deleteOldThrottle } from "../store/login-throttle.ts";
import { deleteOldRefusedRequests } from "../store/refused-requests.ts";
import { deleteOldEvents, deleteOldReports, deleteUnusedBundles, deleteUnusedVersions } from "../store/retention.ts";
import { deleteExpiredRevocations } from "../store/revoked-tokens.ts";
import { deleteEndedSessions } from "../store/sessions.ts";
import { deleteExpiredTaskStore } from "../store/task-store.ts";
import { deleteOldLogs } from "./old-logs.ts";
import { Repeating } from "./repeating.ts";
import type { OnProblem } from "./service.ts";

/** What is kept for how long, in days. */
export interface CleanerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logsFolder: string;
  readonly onProblem: OnProblem;
  /** The history of transitions. @defaultValue 365 */
  readonly eventDays?: number;
  /** @defaultValue 30 */
  readonly refusalDays?: number;
  /** @defaultValue 30 */
  readonly logDays?: number;
  /** Sessions that nobody used for so many days. @defaultValue 30 */
  readonly sessionDays?: number;
  /** Versions of Dags that no run is on, since a newer one took their place. @defaultValue 30 */
  readonly versionDays?: number;
  /** Milliseconds between two rounds. @defaultValue 3600000 */
  readonly everyMs?: number;
}

const SECONDS_PER_DAY = 24 * 60 * 60;

/** Removes what has been kept long enough. Each part stands for itself: one that fails is reported and does not keep the others from their turn. */
export function cleaner(options: CleanerOptions): Repeating {
  const {
    database,
    clock,
    logsFolder,
    onProblem,
    eventDays = 365,
    refusalDays = 30,
    logDays = 30,
    sessionDays = 30,
    versionDays = 30,
  } = options;
  const parts: readonly (() => Promise<unknown>)[] = [
    async () => {
      while ((await deleteOldEvents(database, eventDays)).more);
    },
    () => deleteOldReports(database, eventDays),
    () => deleteOldRefusedRequests(database, refusalDays),
    () => deleteOldIdempotent(database),
    () => deleteExpiredRevocations(database),
    () => deleteOldThrottle(database),
    () => deleteEndedSessions(database, sessionDays * SECONDS_PER_DAY),
    () => deleteExpiredTaskStore(database),
    () => deleteUnusedVersions(database, versionDays),
    () => deleteUnusedBundles(database),
    () => deleteOldLogs(logsFolder, logDays, toMillis(clock.now())),
  ];
  return new Repeating({
    name: "cleaner",
    everyMs: options.everyMs ?? 60 * 60 * 1_000,
    onProblem,
    round: async () => {
      for (const part of parts) {
        try {
          await part();
        } catch (error) {
          onProblem("cleaner", error);
        }
      }
    },
  });
}
