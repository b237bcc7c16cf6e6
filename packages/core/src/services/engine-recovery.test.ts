import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { instant, type TaskInstanceState } from "@windlass/contract";
import { testChain, testDag, testTask } from "../../test-support/dag.ts";
import { NO_BOOT, testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import { apply } from "../domain/apply.ts";
import { buildGraph } from "../domain/graph.ts";
import type { Transition } from "../domain/transition.ts";
import { attemptLogPath } from "../queries/log-path.ts";
import { commitTransitions } from "../store/commit-transitions.ts";
import { loadDagVersions } from "../store/dag-versions.ts";
import { loadRuns } from "../store/load-run.ts";
import { batchOf } from "../store/run-decisions.ts";

const RETRY_NOW = { attempts: 1, delaySeconds: 0, backoff: "none", maxDelaySeconds: null, multiplier: 2 } as const;

let test: TestEngine;

beforeEach(async () => {
  test = await testEngine({ paces: { rescueMs: 100 } });
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  await test[Symbol.asyncDispose]();
});

/** Changes a run as somebody else would: another process, which tells the engine nothing. */
async function byHand(
  dagRunId: number,
  decide: (state: (taskId: string) => { id: number; state: TaskInstanceState | null }) => readonly Transition[],
): Promise<void> {
  await test.database.transaction(async (tx) => {
    const [loaded] = await loadRuns(
      tx,
      [dagRunId],
      async (ids) => new Map((await loadDagVersions(tx, ids)).map((each) => [each.id, buildGraph(each.dag)])),
    );
    const before = loaded!.snapshot;
    const transitions = decide((taskId) => before.taskInstances.find((each) => each.taskId === taskId)!);
    const at = test.clock.now();
    const after = apply(before, transitions, at);
    await commitTransitions(
      tx,
      batchOf([{ before, after, transitions }], { at, bootId: NO_BOOT, leaseSeconds: 60, hostname: "", pid: null }),
    );
  });
}

async function stateOf(
  dagRunId: number,
  taskId: string,
): Promise<{ state: string | null; attempt_id: string; try_number: number }> {
  const [row] = await test.database.query<{ state: string | null; attempt_id: string; try_number: number }>(
    "select state, attempt_id, try_number from task_instance where dag_run_id = $1 and task_id = $2",
    [dagRunId, taskId],
  );
  return row!;
}

function running(dagRunId: number, taskId: string): Promise<{ attempt_id: string }> {
  return test.until(async () => {
    const found = await stateOf(dagRunId, taskId);
    return found.state === "running" ? found : undefined;
  });
}

const PERSON: Pick<Extract<Transition, { kind: "task_instance" }>, "kind" | "mapIndex" | "reason"> = {
  kind: "task_instance",
  mapIndex: -1,
  reason: "marked",
};

describe("recovery", () => {
  it("dispatches an attempt anew that was queued and never started, in the same try", async () => {
    await test.store(testDag("queued", testChain(1)));
    await test.database.execute("update pool set slots = 0");
    const run = await test.trigger("queued");
    await test.until(async () => ((await stateOf(run, "t0")).state === "scheduled" ? true : undefined));
    const attemptId = "01a00000-0000-7000-8000-000000000001";
    await byHand(run, (of) => [
      { ...PERSON, id: of("t0").id, taskId: "t0", from: "scheduled", to: "queued", tryNumber: 1, attemptId },
    ]);
    await test.database.execute("update task_instance set updated_at = updated_at - interval '1 hour'");
    await test.database.execute("update pool set slots = 128");
    expect(await test.over(run)).toMatchObject({ state: "success", tries: { t0: 1 } });
    const attempts = await test.database.query(
      "select outcome, try_number, dispatch_sequence, started_at is null as unstarted from task_attempt order by 3",
    );
    expect(attempts).toEqual([
      { outcome: "superseded", try_number: 1, dispatch_sequence: 1, unstarted: true },
      { outcome: "success", try_number: 1, dispatch_sequence: 2, unstarted: false },
    ]);
  });

  it("takes a try for an attempt whose lease is over, and ends its process", async () => {
    await test.store(testDag("lease", [testTask("t0", { retry: RETRY_NOW })]));
    const run = await test.trigger("lease", { t0: { hang: 1 } });
    await running(run, "t0");
    await test.database.execute("update task_instance set lease_until = clock_timestamp() - interval '1 hour'");
    expect(await test.over(run)).toMatchObject({ state: "success", tries: { t0: 2 } });
    await expect.poll(() => test.engine.executor.attempts(), { timeout: 10_000 }).toEqual([]);
  });

  it("refuses the report of an attempt that was superseded meanwhile, and records that it came", async () => {
    await test.store(testDag("late", testChain(1)));
    const run = await test.trigger("late", { t0: { hang: 1 } });
    const { attempt_id: attemptId } = await running(run, "t0");
    await byHand(run, (of) => [
      { ...PERSON, id: of("t0").id, taskId: "t0", from: "running", to: "failed", tryNumber: 1 },
      { kind: "run", from: "running", to: "failed", reason: "marked" },
    ]);
    test.engine.scheduler.attemptFinished(attemptId, { state: "success", returnValue: "too late" });
    await test.until(async () =>
      (await test.database.query("select 1 from late_report")).length > 0 ? true : undefined,
    );
    expect((await stateOf(run, "t0")).state).toBe("failed");
    expect(await test.database.query("select attempt_id, report from late_report")).toEqual([
      { attempt_id: attemptId, report: "success" },
    ]);
    expect(await test.database.query("select 1 from xcom")).toEqual([]);
  });

  it("ends the processes of a run that was marked, those too that do not listen", async () => {
    await test.store(testDag("marked", [testTask("a"), testTask("b")]));
    const run = await test.trigger("marked", { a: { hang: 1 }, b: { busy: 1 } });
    await running(run, "a");
    await running(run, "b");
    await byHand(run, (of) => [
      { ...PERSON, id: of("a").id, taskId: "a", from: "running", to: "failed", tryNumber: 1 },
      { ...PERSON, id: of("b").id, taskId: "b", from: "running", to: "failed", tryNumber: 1 },
      { kind: "run", from: "running", to: "failed", reason: "marked" },
    ]);
    test.engine.signals.runChanged(run);
    await expect.poll(() => test.engine.executor.attempts(), { timeout: 10_000 }).toEqual([]);
    expect(await test.over(run)).toMatchObject({ state: "failed", tasks: { a: "failed", b: "failed" } });
  });

  it("ends the programs that a marked task started, also where its handler ends when it is asked to", async () => {
    await test.store(testDag("programs", testChain(1)));
    const run = await test.trigger("programs", { t0: { spawn: true, hang: 1 } });
    const { attempt_id: attemptId } = await running(run, "t0");
    const log = attemptLogPath(join(test.folder, "logs"), attemptId);
    const spawned = /"event":"spawned","pid":(\d+)/;
    await expect.poll(() => readFile(log, "utf8").catch(() => ""), { timeout: 10_000 }).toMatch(spawned);
    const pid = Number(spawned.exec(await readFile(log, "utf8"))![1]);
    expect(isAlive(pid)).toBe(true);
    await byHand(run, (of) => [
      { ...PERSON, id: of("t0").id, taskId: "t0", from: "running", to: "success", tryNumber: 1 },
      { kind: "run", from: "running", to: "success", reason: "marked" },
    ]);
    test.engine.signals.runChanged(run);
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    // The killed runner is replaced: the next run finds one.
    expect(await test.over(await test.trigger("programs"))).toMatchObject({ state: "success" });
  });

  it("begins a task instance anew that is cleared while it runs", async () => {
    await test.store(testDag("cleared", testChain(1)));
    const run = await test.trigger("cleared", { t0: { hang: 1 } });
    const first = await running(run, "t0");
    await byHand(run, (of) => [
      { ...PERSON, id: of("t0").id, taskId: "t0", from: "running", to: "restarting", tryNumber: 1, reason: "cleared" },
    ]);
    test.engine.signals.runChanged(run);
    expect(await test.over(run)).toMatchObject({ state: "success", tries: { t0: 2 } });
    expect((await stateOf(run, "t0")).attempt_id).not.toBe(first.attempt_id);
  });

  it("ends an attempt that outlives its execution timeout, also one that does not listen", async () => {
    await test.store(testDag("slow", [testTask("t0", { executionTimeoutSeconds: 0.05 })]));
    const run = await test.trigger("slow", { t0: { busy: 1 } });
    expect(await test.over(run)).toMatchObject({ state: "failed" });
    expect(await test.database.query("select error ->> 'kind' as kind from task_instance")).toEqual([
      { kind: "timeout" },
    ]);
  });

  it("lets a new boot take up at once what the last one on its folder left running", async () => {
    await test.store(
      testDag("reboot", [testTask("t0", { retry: RETRY_NOW }), testTask("t1", { upstreamTaskIds: ["t0"] })]),
    );
    const run = await test.trigger("reboot", { t0: { hang: 1 } });
    await running(run, "t0");
    // As a crash would have it: nothing is reported, nothing is committed any more.
    await test.engine.scheduler.stop();
    test.engine.executor.killAll();
    await using next = await testEngine({ test: test.test, folder: test.folder });
    expect(await next.over(run)).toMatchObject({ state: "success", tries: { t0: 2, t1: 1 } });
  });

  it("lets two schedulers share a database without starting anything twice", async () => {
    await using other = await testEngine({
      test: test.test,
      database: test.test.open(),
      paces: { pollMs: 50 },
      instanceId: "other",
    });
    await test.store(testDag("shared", testChain(4)));
    other.engine.signals.dagChanged("shared");
    const runs = await Promise.all(Array.from({ length: 20 }, () => test.trigger("shared")));
    other.engine.signals.runsCreated(runs);
    for (const run of runs) expect(await test.until(() => finished(run))).toBe("success");
    const [count] = await test.database.query(
      "select count(*) as started, count(distinct task_instance_id) as instances from task_attempt where started_at is not null",
    );
    expect(count).toEqual({ started: 80, instances: 80 });
  });

  it("keeps going where a run cannot be written, without it", async () => {
    await test.store(testDag("good", testChain(2)));
    await test.store(testDag("bad", testChain(2)));
    await test.database.execute(
      "create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$",
    );
    await test.database.execute(
      "create trigger refuse before update on dag_run for each row when (old.dag_id = 'bad') execute function refuse()",
    );
    const bad = await test.trigger("bad");
    const good = await Promise.all(Array.from({ length: 5 }, () => test.trigger("good")));
    for (const run of good) expect(await test.over(run)).toMatchObject({ state: "success" });
    expect(await test.database.query("select state from dag_run where id = $1", [bad])).toEqual([{ state: "queued" }]);
    expect(test.problems.length).toBeGreaterThan(0);
  });

  it("makes the runs that a schedule asks for, the latest only where it does not catch up", async () => {
    const schedule = { kind: "every", seconds: 3600, interval: "data" } as const;
    const startDate = instant("2026-01-01T00:00:00Z");
    await test.store(testDag("hourly", testChain(1), { schedule, startDate, catchup: false }));
    const [made] = await test.until(async () => {
      const rows = await test.database.query<{ run_id: string; state: string; run_type: string }>(
        "select run_id, state, run_type from dag_run where state = 'success'",
      );
      return rows.length > 0 ? rows : undefined;
    });
    expect(made).toMatchObject({ run_type: "scheduled" });
    await test.engine.scheduler.runOnce();
    expect(await test.database.query("select count(*) as n from dag_run")).toEqual([{ n: 1 }]);
  });
});

/** Whether a process runs; one that is dead and waits for its parent to ask does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${String(pid)}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** The state of a run that is over. Another scheduler may have ended it, so it is asked for again a little later, too. */
async function finished(run: number): Promise<string | undefined> {
  await test.engine.scheduler.runOnce();
  const [row] = await test.database.query<{ state: string; end_date: string | null }>(
    "select state, end_date from dag_run where id = $1",
    [run],
  );
  if (row?.end_date === null) setTimeout(() => test.engine.scheduler.committed.emit([]), 20);
  return row?.end_date === null ? undefined : row?.state;
}
