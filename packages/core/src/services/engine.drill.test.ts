import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate, openDatabase, startEmbedded, type Database, type EmbeddedServer } from "@windlass/core/database";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testChain, testDag } from "../../test-support/dag.ts";
import { testEngine } from "../../test-support/test-engine.ts";
import { migrationsFolder } from "../store/migrations-folder.ts";

const KILLS = 3;
const RUNS = 12;

let folder: string;
let server: EmbeddedServer;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "windlass-drill-"));
  server = await startEmbedded({ dataFolder: join(folder, "data") });
  await migrate({ url: server.url, folder: migrationsFolder });
  database = openDatabase({ url: server.url, connectPatienceMs: 20_000 });
});

afterEach(async () => {
  await database.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function killPostgres(): Promise<void> {
  process.kill(server.pid, "SIGKILL");
  await server.exited;
  server = await startEmbedded({ dataFolder: join(folder, "data") });
}

describe("PostgreSQL killed under load", () => {
  it("costs no run and no process, and nothing starts twice", async () => {
    const test = {
      database,
      url: server.url,
      open: () => database,
      drop: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    };
    await using engine = await testEngine({ test, database, folder, paces: { pollMs: 500, rescueMs: 500 } });
    await engine.store(testDag("chain", testChain(20), { maxActiveRuns: 100 }));
    const runs: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      for (let made = 0; made < RUNS; made += 1) runs.push(await engine.trigger("chain"));
      await engine.engine.scheduler.committed.next();
      await killPostgres();
    }
    await expect
      .poll(() => database.query("select count(*) as n from dag_run where state = 'success'"), {
        timeout: 120_000,
        interval: 250,
      })
      .toEqual([{ n: runs.length }]);
    expect(await engine.violations()).toEqual([]);
    const twice = await database.query(
      "select task_instance_id from task_attempt where started_at is not null group by 1 having count(*) > 1",
    );
    expect(twice).toEqual([]);
  });
});
