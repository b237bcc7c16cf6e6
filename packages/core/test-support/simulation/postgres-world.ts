import type { Database } from "@windlass/core/database";
import { postgresLeaseStore } from "../../src/services/lease-store.ts";
import { postgresStore } from "../../src/services/scheduler/postgres-store.ts";
import { startAttempt } from "../../src/store/attempts.ts";
import { commitTransitions } from "../../src/store/commit-transitions.ts";
import { deleteRun, setDagPaused } from "../../src/store/hand-changes.ts";
import { claimQueued } from "../../src/store/held-attempts.ts";
import { loadRuns } from "../../src/store/load-run.ts";
import { insertRuns } from "../../src/store/runs.ts";
import { lockRun } from "../../src/store/runs-between.ts";
import { loadXcoms } from "../../src/store/xcom.ts";
import type { WorldStore } from "./world-store.ts";

/** The truth that the double is held against. */
export function postgresWorld(database: Database): WorldStore {
  return {
    ...postgresStore(database),
    ...postgresLeaseStore(database),
    byHand: (work) =>
      database.transaction((tx) =>
        work({
          lockRun: (id) => lockRun(tx, id),
          loadRuns: (ids, graphs) => loadRuns(tx, ids, graphs),
          commitTransitions: (batch) => commitTransitions(tx, batch),
          insertRuns: (runs) => insertRuns(tx, runs),
          deleteRun: (id) => deleteRun(tx, id),
        }),
      ),
    startAttempt: (start, leaseSeconds) => database.transaction((tx) => startAttempt(tx, start, leaseSeconds)),
    claimQueued: (queues, limit, againAfterSeconds) => claimQueued(database, queues, limit, againAfterSeconds),
    setDagPaused: (dagId, paused) => setDagPaused(database, dagId, paused),
    loadXcoms: (addresses) => loadXcoms(database, addresses),
  };
}
