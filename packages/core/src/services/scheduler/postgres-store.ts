import type { Database, Transaction } from "../../database/sql.ts";
import {
  linkSinceLastRun,
  linkTaken,
  listQueuedDagIds,
  lockWaitingDags,
  takeQueuedEvents,
} from "../../store/assets/asset-runs.ts";
import { insertLateReports } from "../../store/attempts.ts";
import { completeFinishedBackfills, lockBackfills } from "../../store/backfills.ts";
import { commitTransitions } from "../../store/commit-transitions.ts";
import { loadDagVersions } from "../../store/dag-versions.ts";
import { reserveInstanceIds } from "../../store/expand-mapped.ts";
import { listAdmissible, listQueued, listRunningVersions, loadRuns, nextQueuedRunAfter } from "../../store/load-run.ts";
import { lockAndCount } from "../../store/occupancy.ts";
import { insertRuns } from "../../store/runs.ts";
import { lockDueDags, nextDueAt, storeNextRun, storeNotDue } from "../../store/scheduled-dags.ts";
import { listServedQueues } from "../../store/workers.ts";
import type { SchedulerStore, SchedulerTransaction } from "./scheduler-store.ts";

/** A scheduler's rows in PostgreSQL: nothing but the statements of `core/store`, each in the transaction that asks for it. */
export function postgresStore(database: Database): SchedulerStore {
  return {
    transaction: (work) => database.transaction((tx) => work(transactionOf(tx))),
    listRunningVersions: () => listRunningVersions(database),
    loadRuns: (ids, graphs) => loadRuns(database, ids, graphs),
    loadDagVersions: (ids) => loadDagVersions(database, ids),
    listQueued: (ids) => listQueued(database, ids),
    listAdmissible: (dagIds, now, limit) => listAdmissible(database, dagIds, now, limit),
    nextQueuedRunAfter: (now) => nextQueuedRunAfter(database, now),
    nextDueAt: () => nextDueAt(database),
    reserveInstanceIds: (count) => reserveInstanceIds(database, count),
    listQueuedDagIds: () => listQueuedDagIds(database),
    completeFinishedBackfills: (now) => completeFinishedBackfills(database, now),
    insertLateReports: (reports) => insertLateReports(database, reports),
    listServedQueues: () => listServedQueues(database),
  };
}

function transactionOf(tx: Transaction): SchedulerTransaction {
  return {
    lockAndCount: (request) => lockAndCount(tx, request),
    lockBackfills: (ids) => lockBackfills(tx, ids),
    commitTransitions: (batch, isLast) => commitTransitions(tx, batch, isLast ? tx : undefined),
    insertLateReports: (reports) => insertLateReports(tx, reports),
    lockDueDags: (now, limit) => lockDueDags(tx, now, limit),
    insertRuns: (runs) => insertRuns(tx, runs),
    storeNextRun: ({ dag }, last, now) => storeNextRun(tx, dag, last, now),
    storeNotDue: (due) => storeNotDue(tx, due),
    lockWaitingDags: (dagIds) => lockWaitingDags(tx, dagIds),
    takeQueuedEvents: (dagId, partitions) => takeQueuedEvents(tx, dagId, partitions),
    linkTaken: (dagRunId, events) => linkTaken(tx, dagRunId, events),
    linkSinceLastRun: (run) => linkSinceLastRun(tx, run),
  };
}
