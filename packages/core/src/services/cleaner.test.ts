import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant, toMillis } from "@windlass/contract";
import { testDatabase } from "@windlass/core/test-support";
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
});
