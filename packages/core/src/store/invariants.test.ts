import { randomUUID } from "node:crypto";
import { addSeconds, type SerializedAsset } from "@windlass/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDag, testTask } from "../../test-support/dag.ts";
import { findStartedTooEarly } from "../../test-support/history/started-too-early.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import type { Sql } from "../database/sql.ts";
import { startAttempt } from "./attempts.ts";
import { findViolations } from "./invariants.ts";
import { deleteOldReports } from "./retention.ts";
import { noteWorker } from "./workers.ts";

/*
 * Each check can fail: a database as an engine leaves it, in which nothing is reported, then one thing broken in it, which its check reports and no
 * other does.
 */

const NOW_RETRY = { attempts: 1, delaySeconds: 0, backoff: "none", maxDelaySeconds: null, multiplier: 2 } as const;
const ASSET: SerializedAsset = { name: "a", uri: "s3://a", group: "asset", extra: {} };

let test: TestEngine;

/** One of everything: ended, tried again, waiting, queued for a worker, running on one, started by assets. */
beforeAll(async () => {
  test = await testEngine();
  const { database } = test;
  await database.execute("insert into pool (name, slots) values ('far', 4)");
  await noteWorker(database, {
    ...{ workerId: randomUUID(), hostname: "far", pid: 7, queues: ["far"] },
    ...{ parallelism: 9, free: 9, version: "0" },
  });
  await test.engine.scheduler.look();
  const again = testTask("t0", { retry: NOW_RETRY });
  await test.store(testDag("ended", [again, testTask("t1", { upstreamTaskIds: ["t0"] })]));
  expect(await test.over(await test.trigger("ended", { t0: { fail: 1 } }))).toMatchObject({ state: "success" });
  await test.store(testDag("waiting", [testTask("t0")]));
  const trigger = { kind: "moment", moment: addSeconds(test.clock.now(), 3_600) };
  await test.trigger("waiting", { t0: { first: { state: "deferred", trigger, timeoutSeconds: null } } });
  const far = { queue: "far", pool: "far" };
  await test.store(testDag("remote", [testTask("r0", far), testTask("r1", far)]));
  await test.trigger("remote");
  await test.trigger("remote");
  await test.store(testDag("writer", [testTask("write", { outlets: [{ kind: "asset", ...ASSET }] })]));
  const condition = { kind: "asset", ...ASSET } as const;
  await test.store(testDag("reader", [testTask("read")], { schedule: { kind: "assets", condition } }));
  for (const made of [1, 2]) {
    await test.over(await test.trigger("writer"));
    await reached("select 1 from dag_run where dag_id = 'reader' and state = 'success'", made);
  }
  await reached("select 1 from task_instance where state = 'queued'", 4);
  await reached("select 1 from task_instance where state = 'deferred'", 1);
  await test.engine.stop();
  const attempts = await database.query<{ id: string }>(
    "select attempt_id as id from task_instance where task_id = 'r0' order by id",
  );
  for (const { id } of attempts) {
    const start = { attemptId: id, hostname: "far", pid: 7, startDate: test.clock.now(), bootId: null };
    expect(await database.transaction((tx) => startAttempt(tx, start, 600))).toMatchObject({ kind: "started" });
  }
});

afterAll(async () => {
  await test[Symbol.asyncDispose]();
});

async function reached(query: string, count: number): Promise<void> {
  await test.until(async () => ((await test.database.query(query)).length >= count ? true : undefined));
}

class Undone extends Error {}

/** Does something in a transaction, and undoes it. */
async function undone<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
  let result: { readonly of: T } | undefined;
  await test.database
    .transaction(async (tx) => {
      result = { of: await work(tx) };
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  return result!.of;
}

/** A task instance by its Dag and task, an attempt by its try, an event by what it tells. */
const ti = (dagId: string, taskId: string): string =>
  `(select min(id) from task_instance where dag_id = '${dagId}' and task_id = '${taskId}')`;
const attempt = (taskId: string, tryNumber: number): string =>
  `(select attempt_id from task_attempt where task_instance_id = ${ti("ended", taskId)} and try_number = ${String(tryNumber)})`;
const event = (of: string, from: string, to: string): string =>
  `task_instance_id = ${of} and from_state = '${from}' and to_state = '${to}'`;
const ENDED = "(select id from dag_run where dag_id = 'ended')";
const T0 = ti("ended", "t0");
const T1 = ti("ended", "t1");
const copyOfAttempt = (tryNumber: number, sequence: number, ended: string): string =>
  `insert into task_attempt (attempt_id, task_instance_id, try_number, dispatch_sequence, queued_at, started_at, ended_at, outcome)
   select gen_random_uuid(), task_instance_id, ${String(tryNumber)}, ${String(sequence)}, queued_at, ${ended}, 'failed' from task_attempt
   where attempt_id = ${attempt("t0", 1)}`;
const callback = (columns: string, values: string): string =>
  `insert into callback (dag_run_id, dag_version_id, position, dedupe_key, subject, not_before, ${columns})
   select id, dag_version_id, 0, 'key', '{}', now(), ${values} from dag_run where id = ${ENDED}`;

/** What breaks each view's invariant, alone. */
const MUTATIONS: Readonly<Record<string, string | readonly string[]>> = {
  i01_started_once: [
    "alter table task_attempt drop constraint task_attempt_dispatch",
    copyOfAttempt(1, 1, "started_at, ended_at"),
  ],
  i02_one_lease: `update task_attempt set ended_at = null where attempt_id = ${attempt("t0", 1)}`,
  i03_current_attempt: `update event set attempt_id = ${attempt("t0", 1)} where ${event(T0, "running", "success")}`,
  i04_legal_transitions: [
    `update event set to_state = 'deferred' where task_instance_id = ${T1} and to_state = 'scheduled'`,
    `update event set from_state = 'deferred' where task_instance_id = ${T1} and from_state = 'scheduled'`,
  ],
  i04_unbroken_history: `delete from event where ${event(T1, "queued", "running")}`,
  i04_legal_run_transitions: `update event set from_state = 'queued' where dag_run_id = ${ENDED} and reason = 'run_created'`,
  i05_try_number: `update task_attempt set queued_at = now() + interval '1 hour' where attempt_id = ${attempt("t0", 1)}`,
  i05_try_number_grows: `update event set try_number = 3 where ${event(T0, "scheduled", "queued")} and try_number = 2`,
  i06_waits_are_due: "update task_instance set not_before = null where state = 'deferred'",
  i06_waits_have_a_trigger: "update task_instance set trigger = null where state = 'deferred'",
  i06_overdue: `update task_instance set lease_until = clock_timestamp() - interval '1 hour' where id = ${ti("remote", "r0")}`,
  i07_terminal_runs: [
    "update dag_run set state = 'success', end_date = now() where dag_id = 'waiting'",
    `insert into event (at, dag_id, dag_run_id, from_state, to_state, reason)
     select now(), dag_id, id, 'running', 'success', 'run_finished' from dag_run where dag_id = 'waiting'`,
  ],
  i07_state_of_leaves: [
    `update task_instance set state = 'failed' where id = ${T1}`,
    `update event set to_state = 'failed' where ${event(T1, "running", "success")}`,
  ],
  i09_pools: "update pool set slots = 3 where name = 'far'",
  i10_active_runs: "update dag_version set max_active_runs = 1 where dag_id = 'remote'",
  i10_backfill_runs: [
    `insert into backfill (dag_id, from_date, to_date, reprocess_behavior, max_active_runs, created_at, updated_at)
     values ('remote', now(), now(), 'none', 1, now(), now())`,
    "update dag_run set backfill_id = (select max(id) from backfill) where dag_id = 'remote'",
  ],
  i10_active_tasks: `update dag_version set serialized = jsonb_set(serialized::jsonb, '{maxActiveTasks}', '1')::json where dag_id = 'remote'`,
  i10_active_of_task: `update dag_version set serialized = jsonb_set(serialized::jsonb, '{tasks,0,maxActivePerDag}', '1')::json where dag_id = 'remote'`,
  i11_one_run: [
    "alter table dag_run drop constraint dag_run_logical_date",
    "update dag_run set logical_date = now() where dag_id = 'remote'",
  ],
  i12_lease_by_database_clock: `update task_instance set lease_until = clock_timestamp() + interval '2 days' where id = ${ti("remote", "r0")}`,
  i13_queued_is_announced: "delete from outbox where kind = 'dispatch'",
  i13_announced_is_queued: `insert into outbox (kind, attempt_id) values ('dispatch', ${attempt("t1", 1)})`,
  i14_no_outcome_after_the_end: [
    `update event set reason = 'marked' where ${event(T1, "running", "success")}`,
    `update task_attempt set outcome = 'failed' where attempt_id = ${attempt("t1", 1)}`,
  ],
  i15_attempt_of_dispatch: `update task_attempt set ended_at = now() where task_instance_id = ${ti("remote", "r0")}`,
  i15_state_of_events: `update task_instance set state = 'skipped' where id = ${T0}`,
  i15_run_state_of_events: "update dag_run set state = 'queued' where dag_id = 'waiting'",
  i15_dispatch_of_attempt: copyOfAttempt(1, 99, "null, null"),
  i17_one_run_of_trigger: [
    "drop index dag_run_trigger_key",
    "update dag_run set trigger_key = 'k' where dag_id = 'remote'",
  ],
  i19_asset_events: `insert into dag_run_asset_event (dag_run_id, event_id)
    select (select min(id) from dag_run where dag_id = 'reader'), max(event_id) from dag_run_asset_event`,
  i19_met_deadlines: `insert into deadline (dag_run_id, dag_version_id, position, reference, base_at, interval_seconds, deadline_at)
    select id, dag_version_id, 0, 'queued_at', queued_at, 9, end_date + interval '1 second' from dag_run where id = ${ENDED}`,
  i19_delivered: callback("state, ended_at", "'success', now()"),
};

/** What constraints refuse outright, by their invariant's number. */
const REFUSED: readonly (readonly [number, string, string])[] = [
  [1, "task_attempt_dispatch", copyOfAttempt(1, 1, "started_at, ended_at")],
  [2, "task_instance_lease", `update task_instance set lease_until = now() where id = ${T0}`],
  [7, "dag_run_end_date", `update dag_run set end_date = null where id = ${ENDED}`],
  [11, "dag_run_run_id", "update dag_run set run_id = 'r' where dag_id = 'remote'"],
  [11, "dag_run_logical_date", "update dag_run set logical_date = now() where dag_id = 'remote'"],
  [13, "outbox_attempt", "insert into outbox (kind, attempt_id) select 'dispatch', attempt_id from outbox"],
  [17, "dag_run_trigger_key", "update dag_run set trigger_key = 'k' where dag_id = 'remote'"],
  [
    17,
    "idempotency_key_pkey",
    "insert into idempotency_key (account_id, route, key, body_hash) values (1, 'r', 'k', ''), (1, 'r', 'k', '')",
  ],
  [
    19,
    "callback_dedupe_key_key",
    `insert into callback (dag_run_id, dag_version_id, position, dedupe_key, subject, not_before)
     select id, dag_version_id, 0, 'key', '{}', now() from dag_run, generate_series(1, 2) where id = ${ENDED}`,
  ],
  [
    19,
    "deadline_of_run",
    `insert into deadline (dag_run_id, dag_version_id, position, reference, base_at, interval_seconds, deadline_at)
     select id, dag_version_id, 0, 'queued_at', now(), 9, now() from dag_run, generate_series(1, 2) where id = ${ENDED}`,
  ],
];

describe("the views of the invariants", () => {
  it("report nothing of what an engine leaves", async () => {
    expect(await test.violations()).toEqual([]);
    expect(test.problems).toEqual([]);
  });

  it("have a mutation each", async () => {
    const views = await test.database.query<{ name: string }>(
      "select table_name as name from information_schema.views where table_schema = 'invariant'",
    );
    expect(views.map(({ name }) => name).sort()).toEqual(Object.keys(MUTATIONS).sort());
  });

  it.each(Object.entries(MUTATIONS))("%s reports what breaks it, and no other does", async (view, mutation) => {
    const found = await undone(async (tx) => {
      let changed = 0;
      for (const statement of typeof mutation === "string" ? [mutation] : mutation)
        changed += await tx.execute(statement);
      expect(changed).toBeGreaterThan(0);
      return findViolations(tx);
    });
    expect([...new Set(found.map(({ invariant }) => invariant))]).toEqual([view]);
  });
});

describe("the readings of the history", () => {
  it("find a task that was let go before its upstream was through", async () => {
    const reversed = `update dag_version set serialized = jsonb_set(serialized::jsonb, '{tasks,0,upstreamTaskIds}', '["t1"]')::json where dag_id = 'ended'`;
    const found = await undone(async (tx) => {
      await tx.execute(reversed);
      return [...(await findViolations(tx)), ...(await findStartedTooEarly(tx))];
    });
    expect([...new Set(found.map(({ invariant }) => invariant))]).toEqual(["h08_started_too_early"]);
  });
});

describe("an announcement", () => {
  it("is kept as long as its attempt is queued, however long ago a worker was given it", async () => {
    const left = await undone(async (tx) => {
      await tx.execute("update outbox set sent_at = clock_timestamp() - interval '400 days'");
      await deleteOldReports(tx, 30);
      return findViolations(tx);
    });
    expect(left).toEqual([]);
  });

  it("goes with its attempt when the run is deleted", async () => {
    const left = await undone(async (tx) => {
      await tx.execute("delete from dag_run where dag_id = 'remote'");
      return findViolations(tx);
    });
    expect(left).toEqual([]);
  });
});

describe("the constraints of the invariants", () => {
  it.each(REFUSED)("of number %i: %s refuses what would break it", async (_, constraint, statement) => {
    const thrown: unknown = await undone((tx) => tx.execute(statement)).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ detail: { constraint } });
  });
});
