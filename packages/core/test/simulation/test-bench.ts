import { fromMillis, type Instant, type SerializedDag } from "@windlass/contract";
import { testDatabase, testParseResult } from "@windlass/core/test-support";
import { syncDagFile } from "../../src/store/dags.ts";
import { directLink } from "../../test-support/simulation/link.ts";
import { memoryStore } from "../../test-support/simulation/memory-store.ts";
import { postgresWorld } from "../../test-support/simulation/postgres-world.ts";
import { Server } from "../../test-support/simulation/session.ts";
import { Tables } from "../../test-support/simulation/tables.ts";
import type { WorldStore } from "../../test-support/simulation/world-store.ts";

/** The rows that a scheduler's work shows in, without what the clock of the database or the machine's chance made of them. */
export interface Rows {
  readonly runs: readonly object[];
  readonly instances: readonly object[];
  readonly attempts: readonly object[];
  readonly outbox: readonly object[];
  readonly events: readonly object[];
  readonly xcoms: readonly object[];
  readonly late: readonly object[];
  readonly dags: readonly object[];
}

/** A store with what a test needs beside it. */
export interface Bench extends AsyncDisposable {
  readonly store: WorldStore;
  storeDag(dag: SerializedDag, now: Instant): Promise<void>;
  setPool(name: string, slots: number, includeDeferred?: boolean): Promise<void>;
  rows(): Promise<Rows>;
}

/** A bench on PostgreSQL. */
export async function postgresBench(): Promise<Bench> {
  const test = await testDatabase();
  const { database } = test;
  const all = async (query: string): Promise<readonly object[]> => database.query(query);
  return {
    store: postgresWorld(database),
    async storeDag(dag, now) {
      await database.transaction((tx) =>
        syncDagFile(tx, testParseResult(`${dag.dagId}.ts`, [dag]), { now, pausedAtCreation: false }),
      );
    },
    async setPool(name, slots, includeDeferred = false) {
      await database.execute(
        `insert into pool (name, slots, include_deferred) values ($1, $2, $3)
         on conflict (name) do update set slots = excluded.slots, include_deferred = excluded.include_deferred`,
        [name, slots, includeDeferred],
      );
    },
    rows: async () => ({
      runs: await all(
        `select id, version, dag_id as "dagId", run_id as "runId", state, run_type as "runType", logical_date as "logicalDate",
           run_after as "runAfter", queued_at as "queuedAt", start_date as "startDate", end_date as "endDate",
           last_scheduling_decision as "lastSchedulingDecision" from dag_run order by id`,
      ),
      instances: await all(
        `select id, dag_run_id as "dagRunId", task_id as "taskId", map_index as "mapIndex", state, try_number as "tryNumber",
           max_tries as "maxTries", attempt_id as "attemptId", dispatch_sequence as "dispatchSequence", pool, pool_slots as "poolSlots",
           priority_weight as "priorityWeight", queue, scheduled_at as "scheduledAt", queued_at as "queuedAt", start_date as "startDate",
           end_date as "endDate", not_before as "notBefore", lease_until is not null as "hasLease", hostname, pid, error, carry, trigger,
           skips, result_length as "resultLength" from task_instance order by id`,
      ),
      attempts: await all(
        `select attempt_id as "attemptId", task_instance_id as "taskInstanceId", try_number as "tryNumber",
           dispatch_sequence as "dispatchSequence", queued_at as "queuedAt", started_at as "startedAt", ended_at as "endedAt", outcome,
           hostname, pid, boot_id as "bootId", error, max_tries as "maxTries"
         from task_attempt order by task_instance_id, try_number, dispatch_sequence`,
      ),
      outbox: await all(
        `select attempt_id as "attemptId", sent_at is not null as "isSent" from outbox where kind = 'dispatch' order by attempt_id`,
      ),
      events: await all(
        `select at, dag_id as "dagId", dag_run_id as "dagRunId", task_instance_id as "taskInstanceId", attempt_id as "attemptId",
           from_state as "fromState", to_state as "toState", try_number as "tryNumber", reason from event order by id`,
      ),
      xcoms: await all(
        `select task_instance_id as "taskInstanceId", key, value from xcom order by task_instance_id, key`,
      ),
      late: await all(`select attempt_id as "attemptId", report from late_report order by id`),
      dags: await all(
        `select dag_id as "dagId", is_paused as "isPaused", next_logical_date as "nextLogicalDate", next_run_after as "nextRunAfter"
         from dag order by dag_id`,
      ),
    }),
    [Symbol.asyncDispose]: () => test.drop(),
  };
}

/** A bench on the double, with nothing between. */
export async function memoryBench(): Promise<Bench> {
  let uuids = 0;
  const now = (): number => performance.timeOrigin + performance.now();
  const uuid = (): string => `00000000-0000-4000-8000-${String((uuids += 1)).padStart(12, "0")}`;
  const tables = new Tables({ now, uuid });
  const by =
    <Row>(...keys: readonly (keyof Row)[]) =>
    (a: Row, b: Row): number => {
      for (const key of keys) {
        if (a[key] === b[key]) continue;
        return a[key] < b[key] ? -1 : 1;
      }
      return 0;
    };
  const pick = <Row extends object, Key extends keyof Row>(row: Row, ...keys: readonly Key[]): object =>
    Object.fromEntries(keys.map((key) => [key, row[key]]));
  return {
    store: memoryStore(new Server(tables), directLink(now)),
    async storeDag(dag, at) {
      tables.storeDag(dag, at);
    },
    async setPool(name, slots, includeDeferred = false) {
      tables.pools.set(name, { name, slots, includeDeferred });
    },
    rows: async () => ({
      runs: [...tables.runs.values()]
        .toSorted(by("id"))
        .map((row) =>
          pick(
            row,
            ...([
              "id",
              "version",
              "dagId",
              "runId",
              "state",
              "runType",
              "logicalDate",
              "runAfter",
              "queuedAt",
            ] as const),
            ...(["startDate", "endDate", "lastSchedulingDecision"] as const),
          ),
        ),
      instances: [...tables.instances.values()].toSorted(by("id")).map((row) => ({
        ...pick(
          row,
          ...([
            "id",
            "dagRunId",
            "taskId",
            "mapIndex",
            "state",
            "tryNumber",
            "maxTries",
            "attemptId",
            "hostname",
          ] as const),
          ...(["dispatchSequence", "pool", "poolSlots", "priorityWeight", "queue", "scheduledAt", "queuedAt"] as const),
          ...([
            "startDate",
            "endDate",
            "notBefore",
            "pid",
            "error",
            "carry",
            "trigger",
            "skips",
            "resultLength",
          ] as const),
        ),
        hasLease: row.leaseUntil !== null,
      })),
      attempts: [...tables.attempts.values()]
        .toSorted(by("taskInstanceId", "tryNumber", "dispatchSequence"))
        .map((row) =>
          pick(
            row,
            ...(["attemptId", "taskInstanceId", "tryNumber", "dispatchSequence", "queuedAt", "startedAt"] as const),
            ...(["endedAt", "outcome", "hostname", "pid", "bootId", "error", "maxTries"] as const),
          ),
        ),
      outbox: [...tables.outbox.values()]
        .toSorted(by("attemptId"))
        .map(({ attemptId, sentAt }) => ({ attemptId, isSent: sentAt !== null })),
      events: tables.events.toSorted(by("id")).map(({ id: _, ...row }) => row),
      xcoms: [...tables.xcoms.values()].toSorted(by("taskInstanceId", "key")),
      late: [...tables.lateReports],
      dags: [...tables.dags.values()]
        .toSorted(by("dagId"))
        .map((row) => pick(row, "dagId", "isPaused", "nextLogicalDate", "nextRunAfter")),
    }),
    async [Symbol.asyncDispose]() {
      await Promise.resolve();
    },
  };
}

export const BENCHES = [
  { of: "PostgreSQL", open: postgresBench },
  { of: "the double", open: memoryBench },
] as const;

/** Moments of a test, one second apart. */
export function second(n: number): Instant {
  return fromMillis(Date.parse("2026-03-01T00:00:00Z") + n * 1_000);
}
