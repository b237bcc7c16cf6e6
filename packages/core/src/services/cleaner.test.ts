import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant, toMillis } from "@windlass/contract";
import { storeDags, testDag, testDatabase, testTask } from "@windlass/core/test-support";
import { describe, expect, it } from "vitest";
import { cleaner } from "./cleaner.ts";

const NOW = instant("2026-06-01T00:00:00Z");

describe("the cleaner", () => {
  it("removes what has been kept long enough and leaves the rest", async () => {
    await using test = await testDatabase();
    const logs = await mkdtemp(join(tmpdir(), "windlass-logs-"));
    try {
      await mkdir(join(logs, "ab"));
      await writeFile(join(logs, "ab", "old.jsonl"), "");
      await writeFile(join(logs, "ab", "new.jsonl"), "");
      const long = toMillis(NOW) / 1_000 - 31 * 86_400;
      await utimes(join(logs, "ab", "old.jsonl"), long, long);
      await utimes(join(logs, "ab", "new.jsonl"), long + 2 * 86_400, long + 2 * 86_400);
      await test.database.execute(
        `insert into event (at, dag_id, dag_run_id, reason)
         select clock_timestamp() - make_interval(days => d), 'gone', d, 'run_created' from unnest(array[10, 400]) as d`,
      );
      await test.database.execute(
        "insert into late_report (at, attempt_id, report) values (clock_timestamp() - interval '400 days', gen_random_uuid(), 'success')",
      );
      const problems: unknown[] = [];
      const service = cleaner({
        database: test.database,
        clock: { now: () => NOW },
        logsFolder: logs,
        onProblem: (_, error) => problems.push(error),
      });
      await service.runOnce();
      expect(problems).toEqual([]);
      expect(await readdir(join(logs, "ab"))).toEqual(["new.jsonl"]);
      expect(await test.database.query("select dag_run_id from event")).toEqual([{ dag_run_id: 10 }]);
      expect(await test.database.query("select 1 from late_report")).toEqual([]);
    } finally {
      await rm(logs, { recursive: true, force: true });
    }
  });

  it("keeps the versions of Dags that a run is or was on, with their code, and forgets those that none needs", async () => {
    await using test = await testDatabase();
    const { database } = test;
    const versions = () =>
      database
        .query<{ n: number }>("select version_number as n from dag_version order by 1")
        .then((rows) => rows.map(({ n }) => n));
    for (const task of ["a", "b", "c", "d"]) await storeDags(database, [testDag("changing", [testTask(task)])]);
    await database.execute(
      `insert into dag_run (dag_id, run_id, state, run_type, triggered_by, run_after, queued_at, end_date, dag_version_id)
       select 'changing', 'r', 'success', 'manual', 'test', now(), now(), now(), id from dag_version where version_number = 3`,
    );
    await database.execute(
      `insert into dag_run_version (dag_run_id, dag_version_id)
       select r.id, v.id from dag_run r, dag_version v where v.version_number = 1`,
    );
    const service = cleaner({
      database,
      clock: { now: () => NOW },
      logsFolder: tmpdir(),
      logDays: 100_000,
      onProblem: fail,
    });
    await service.runOnce();
    expect(await versions()).toEqual([1, 2, 3, 4]);
    await database.execute("update dag_version set created_at = created_at - interval '40 days'");
    await database.execute("update bundle set created_at = created_at - interval '40 days'");
    await service.runOnce();
    expect(await versions()).toEqual([1, 3, 4]);
    expect(
      await database.query("select count(*)::int as n from bundle b join dag_version v on v.bundle_hash = b.hash"),
    ).toEqual([{ n: 3 }]);
  });

  it("forgets what a task kept when its end has come", async () => {
    await using test = await testDatabase();
    await storeDags(test.database, [testDag("keeping", [testTask("a")])]);
    await test.database.execute(
      `insert into dag_run (dag_id, run_id, state, run_type, triggered_by, run_after, queued_at, dag_version_id)
       select 'keeping', 'r', 'running', 'manual', 'test', now(), now(), current_version_id from dag`,
    );
    await test.database.execute(
      `insert into task_store (dag_run_id, task_id, key, value, expires_at)
       select r.id, 'a', k, '1', now() + e from dag_run r, (values ('over', interval '-1 second'), ('not yet', interval '1 day'), ('never', null)) v(k, e)`,
    );
    await cleaner({
      database: test.database,
      clock: { now: () => NOW },
      logsFolder: tmpdir(),
      logDays: 100_000,
      onProblem: fail,
    }).runOnce();
    expect(await test.database.query("select key from task_store order by key")).toEqual([
      { key: "never" },
      { key: "not yet" },
    ]);
  });
});

function fail(part: string, error: unknown): never {
  throw new TypeError(`${part} had a problem`, { cause: error });
}
