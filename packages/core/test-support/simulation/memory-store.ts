import { addSeconds, fromMillis, invariant, type Instant } from "@windlass/contract";
import { DatabaseError, isUnavailable } from "../../src/database/database-error.ts";
import type { DagGraph } from "../../src/domain/snapshot.ts";
import type { LateReport, SchedulerTransaction } from "../../src/services/scheduler/scheduler-store.ts";
import type { LoadedRun } from "../../src/store/load-run.ts";
import { commitInMemory } from "./commit-in-memory.ts";
import { lockAndCountInMemory } from "./count-in-memory.ts";
import { insertInMemory } from "./insert-in-memory.ts";
import {
  claimInMemory,
  expiredInMemory,
  ofBootsInMemory,
  renewInMemory,
  restartingInMemory,
  startInMemory,
  stuckInMemory,
} from "./leases-in-memory.ts";
import type { Link } from "./link.ts";
import {
  admissible,
  byRunAfter,
  graphIn,
  loadedRun,
  looksBack,
  previousRunOf,
  readRuns,
  type RunsRead,
} from "./load-in-memory.ts";
import type { InstanceRow } from "./rows.ts";
import { lockDueInMemory, storeDates, storeNextInMemory } from "./schedule-in-memory.ts";
import { lockOf, type Server, Session } from "./session.ts";
import { xcomAt } from "./tables.ts";
import type { HandTransaction, WorldStore } from "./world-store.ts";

type Graphs = (dagVersionIds: readonly number[]) => Promise<ReadonlyMap<number, DagGraph>>;

// As the pool of connections does it.
const TRIES = 6;
const RETRY_BASE_MS = 4;
const WORKER_SILENCE_SECONDS = 60;

/**
 * The rows of a world in memory, as one process sees them over its link: the double of PostgreSQL for schedulers, workers and people. It has no backfills, no
 * assets, no timetables of a file's own, no callbacks and no questions to people, and says so where one comes.
 */
export function memoryStore(server: Server, link: Link, name = "process"): WorldStore {
  const { tables } = server;
  const isScheduler = name.startsWith("engine");

  async function transaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      const session = new Session(server, name);
      link.began(session);
      try {
        const result = await work(session);
        await commit(session);
        return result;
      } catch (error) {
        session.abort();
        const again = error instanceof DatabaseError && (error.kind === "conflict" || error.kind === "lock_timeout");
        if (!again || tried >= TRIES) throw error;
        await link.pause(RETRY_BASE_MS * 2 ** tried);
      }
    }
  }

  async function commit(session: Session): Promise<void> {
    if (isScheduler && server.defects.has("answered_before_commit")) {
      void link.commit(session).catch(() => undefined);
      return;
    }
    try {
      await link.commit(session);
    } catch (error) {
      if (isScheduler && server.defects.has("lost_answer_is_failure") && isUnavailable(error))
        throw new DatabaseError({ kind: "rolled_back" }, "the commit was not answered");
      throw error;
    }
  }

  /** A statement by itself. */
  function statement<T>(work: (session: Session) => Promise<T> | T): Promise<T> {
    return link.call(async () => {
      const session = new Session(server, name);
      try {
        const result = await work(session);
        session.commit();
        return result;
      } catch (error) {
        session.abort();
        throw error;
      }
    });
  }

  const read = <T>(work: () => T): Promise<T> => link.call(work);

  function within(session: Session): SchedulerTransaction & HandTransaction {
    const ask = <T>(work: () => Promise<T> | T): Promise<T> =>
      link.call(() => {
        session.assertOpen();
        return work();
      });
    return {
      lockAndCount: (request) => ask(() => lockAndCountInMemory(session, request)),
      async lockBackfills(ids) {
        invariant(ids.length === 0, "the double has no backfills");
        return new Map();
      },
      commitTransitions: (batch) => ask(() => commitInMemory(session, stamped(batch))),
      insertLateReports: (reports) =>
        ask(() => {
          writeLate(session, reports);
        }),
      lockDueDags: (now, limit) => ask(() => lockDueInMemory(session, now, limit)),
      insertRuns: (runs) => ask(() => insertInMemory(session, runs)),
      storeNextRun: (due, last, now) => ask(() => storeNextInMemory(session, due, last, now)),
      storeNotDue: ({ dagId, dates }) =>
        ask(() => {
          storeDates(session, dagId, dates);
        }),
      lockWaitingDags: async () => [],
      takeQueuedEvents: async () => [],
      linkTaken: async () => undefined,
      linkSinceLastRun: async () => undefined,
      lockRun: (id) =>
        ask(async () => {
          await session.lock([lockOf.run(id)]);
          return session.run(id) !== undefined;
        }),
      loadRuns: (ids, graphs) => loadRuns(ids, graphs, session),
      deleteRun: (id) =>
        ask(async () => {
          await session.lock([lockOf.run(id)]);
          const instances = tables.instancesOf(id);
          await session.lock(instances.map((each) => lockOf.instance(each.id)));
          session.write(() => {
            tables.deleteRun(id);
          });
        }),
    };
  }

  /** What a broken double does with the clock of the process that commits. */
  function stamped<Batch extends { readonly leaseSeconds: number }>(batch: Batch): Batch {
    if (!server.defects.has("lease_by_process_clock")) return batch;
    return { ...batch, leaseSeconds: batch.leaseSeconds + (link.processNow() - tables.nowMillis()) / 1_000 };
  }

  async function loadRuns(ids: readonly number[], graphs: Graphs, session?: Session): Promise<readonly LoadedRun[]> {
    if (ids.length === 0) return [];
    const runOf = (id: number) => (session ? session.run(id) : tables.runs.get(id));
    const readRows = (): readonly RunsRead[] => readRuns(tables, ids, runOf);
    const readInstances = (): ReadonlyMap<number, readonly InstanceRow[]> =>
      new Map(ids.map((id) => [id, tables.instancesOf(id).map((each) => session?.instance(each.id) ?? each)]));
    // As of one moment; `load-run.test.ts` shows PostgreSQL's to be so.
    const [found, instances] = await read(() => [readRows(), readInstances()] as const);
    const graphOf = await graphs([...new Set(found.map(({ run }) => run.dagVersionId))]);
    const looking = found.filter(({ run }) => looksBack(graphOf.get(run.dagVersionId)));
    const previous =
      looking.length === 0
        ? new Map()
        : await read(() => new Map(looking.map(({ run }) => [run.id, previousRunOf(tables, run)])));
    return found.map((each) =>
      loadedRun(
        each,
        instances.get(each.run.id) ?? [],
        graphIn(graphOf, each.run.dagVersionId),
        previous.get(each.run.id) ?? null,
      ),
    );
  }

  function writeLate(session: Session, reports: readonly LateReport[]): void {
    if (reports.length === 0) return;
    session.write(() => {
      tables.lateReports.push(...reports);
    });
  }

  return {
    transaction: (work) => transaction((session) => work(within(session))),
    byHand: (work) => transaction((session) => work(within(session))),
    listRunningVersions: () =>
      read(() =>
        [...tables.runs.values()]
          .filter((run) => run.state === "running")
          .toSorted(byRunAfter)
          .map(({ id, version, dagId }) => ({ id, version, dagPaused: tables.dags.get(dagId)?.isPaused ?? false })),
      ),
    loadRuns: (ids, graphs) => loadRuns(ids, graphs),
    loadDagVersions: (ids) =>
      read(() =>
        ids.flatMap((id) => {
          const row = tables.versions.get(id);
          if (!row) return [];
          const { dagId, versionNumber, bundleHash, dag } = row;
          return [{ id, dagId, versionNumber, bundleHash, dag }];
        }),
      ),
    listQueued: (ids) =>
      read(() =>
        [...tables.runs.values()]
          .filter((run) => ids.includes(run.id) && run.state === "queued")
          .toSorted(byRunAfter)
          .map(({ id, dagId }) => ({ id, dagId, backfillId: null })),
      ),
    listAdmissible: (dagIds, now, limit) => read(() => admissible(tables, dagIds, now, limit)),
    nextQueuedRunAfter: (now) =>
      read(() =>
        earliest(
          [...tables.runs.values()].flatMap((run) =>
            run.state === "queued" && run.runAfter > now ? [run.runAfter] : [],
          ),
        ),
      ),
    nextDueAt: () =>
      read(() =>
        earliest(
          [...tables.dags.values()].flatMap(({ isPaused, nextRunAfter }) => (isPaused ? [] : (nextRunAfter ?? []))),
        ),
      ),
    reserveInstanceIds: (count) => read(() => Array.from({ length: count }, () => tables.nextId("instance"))),
    listQueuedDagIds: async () => [],
    completeFinishedBackfills: async () => 0,
    insertLateReports: (reports) =>
      statement((session) => {
        writeLate(session, reports);
      }),
    listServedQueues: () => read(() => servedQueues(server)),
    renewLeases: (attemptIds, leaseSeconds) =>
      attemptIds.length === 0
        ? Promise.resolve([])
        : statement((session) => renewInMemory(session, attemptIds, leaseSeconds, fromMillis(link.processNow()))),
    listExpiredLeases: (marginSeconds, limit) =>
      read(() => {
        const found = expiredInMemory(tables, marginSeconds, limit);
        if (server.defects.has("expiry_apart") && found.length > 0) {
          const attemptIds = found.map(({ attemptId }) => attemptId);
          void link.pause(50).then(() => {
            endApart(server, attemptIds);
          });
        }
        return found;
      }),
    listStuckRestarting: (seconds, limit) => read(() => restartingInMemory(tables, seconds, limit)),
    listStuckQueued: (seconds, limit, queues) => read(() => stuckInMemory(tables, seconds, limit, queues)),
    listAttemptsOfBoots: (bootIds) => read(() => ofBootsInMemory(tables, bootIds)),
    startAttempt: (start, leaseSeconds) =>
      transaction((session) =>
        link.call(() => {
          session.assertOpen();
          return startInMemory(session, start, leaseSeconds);
        }),
      ),
    claimQueued: (queues, limit, again) => read(() => claimInMemory(tables, queues, limit, again)),
    setDagPaused: (dagId, paused) =>
      statement(async (session) => {
        await session.lock([lockOf.dag(dagId)]);
        session.write(() => {
          const dag = tables.dags.get(dagId);
          if (dag) tables.dags.set(dagId, { ...dag, isPaused: paused });
        });
        return tables.dags.has(dagId);
      }),
    loadXcoms: (addresses) =>
      read(() =>
        addresses.flatMap((address) => {
          const instance = tables
            .instancesOf(address.dagRunId)
            .find((each) => each.taskId === address.taskId && each.mapIndex === address.mapIndex);
          const xcom = instance && tables.xcoms.get(xcomAt(instance.id, address.key));
          return xcom ? [{ ...address, content: { kind: "value" as const, value: xcom.value } }] : [];
        }),
      ),
  };
}

function earliest(moments: readonly Instant[]): Instant | null {
  return moments.reduce<Instant | null>((next, at) => (next === null || at < next ? at : next), null);
}

function servedQueues({ tables }: Server): readonly {
  readonly queue: string;
  readonly workers: number;
  readonly free: number;
  readonly waiting: number;
}[] {
  const since = addSeconds(tables.now(), -WORKER_SILENCE_SECONDS);
  const alive = [...tables.workers.values()].filter((worker) => worker.lastSeenAt > since);
  const queues = [...new Set(alive.flatMap((worker) => worker.queues))].toSorted();
  return queues.map((queue) => {
    const serving = alive.filter((worker) => worker.queues.includes(queue));
    let waiting = 0;
    for (const row of tables.instances.values()) if (row.state === "queued" && row.queue === queue) waiting += 1;
    return { queue, workers: serving.length, free: serving.reduce((sum, each) => sum + each.free, 0), waiting };
  });
}

/** The mistake of ending what was found without looking again. */
function endApart(server: Server, attemptIds: readonly string[]): void {
  const { tables } = server;
  server.atOnce("expiry", () => {
    for (const attemptId of attemptIds) {
      const attempt = tables.attempts.get(attemptId);
      const row = attempt && tables.instances.get(attempt.taskInstanceId);
      if (!attempt || !row) continue;
      const at = tables.now();
      tables.putInstance({ ...row, state: "failed", endDate: at, leaseUntil: null, updatedAt: at });
      tables.putAttempt({ ...attempt, endedAt: at, outcome: "failed" });
      tables.events.push({
        ...{ id: tables.nextId("event"), at, dagId: row.dagId, dagRunId: row.dagRunId, taskInstanceId: row.id },
        ...{ attemptId, fromState: "running", toState: "failed", tryNumber: row.tryNumber, reason: "lease_expired" },
      });
      const run = tables.runs.get(row.dagRunId);
      if (run) tables.putRun({ ...run, version: run.version + 1 });
    }
  });
}
