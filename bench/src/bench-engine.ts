import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configValues, fromMillis, type JsonObject } from "@windlass/contract";
import { type Database, migrate, openDatabase, startEmbedded } from "@windlass/core/database";
import { migrationsFolder } from "@windlass/core/migrations";
import { createEngine } from "@windlass/core/services";
import { runtimePaths } from "@windlass/sdk/runtime";
import { insertRuns } from "../../packages/core/src/store/runs.ts";
import { manualRun } from "../../packages/core/test-support/manual-run.ts";

/** The engine by itself, without HTTP, on an embedded PostgreSQL with real runners. */
export interface BenchEngine extends AsyncDisposable {
  readonly engine: ReturnType<typeof createEngine>;
  readonly database: Database;
  /** Of the PostgreSQL server. */
  readonly serverPid: number;
  /** Makes runs of a Dag of `bench/dags` in one transaction. @returns their keys */
  trigger(
    dagId: string,
    count: number,
    given?: { readonly runId?: string; readonly conf?: JsonObject },
  ): Promise<readonly number[]>;
  /** Resolves when all of these have ended. */
  over(ids: readonly number[]): Promise<void>;
}

/** Starts it and waits until the Dags are there. */
export async function startBenchEngine(): Promise<BenchEngine> {
  const folder = await mkdtemp(join(tmpdir(), "windlass-bench-"));
  const server = await startEmbedded({ dataFolder: join(folder, "data") });
  await migrate({ url: server.url, folder: migrationsFolder });
  const database = openDatabase({ url: server.url });
  const clock = { now: () => fromMillis(performance.timeOrigin + performance.now()) };
  const engine = createEngine({
    database,
    clock,
    random: { bytes: (count) => randomBytes(count) },
    bootId: randomUUID(),
    dagsFolder: fileURLToPath(new URL("../dags", import.meta.url)),
    logsFolder: join(folder, "logs"),
    bundleFolder: join(folder, "bundles"),
    runnerPath: runtimePaths.runner,
    parserPath: runtimePaths.parser,
    parallelism: 32,
    warmRunners: availableParallelism(),
    secrets: { getConnection: async () => null, getVariable: async () => null },
    config: configValues(),
    log: { info: () => undefined, warning: console.warn, error: console.error },
    environment: process.env,
  });
  const settled = engine.dagProcessor.settled.next();
  await engine.start();
  await settled;
  const rows = await database.query<{ dag_id: string; id: number }>("select dag_id, current_version_id as id from dag");
  const versions = new Map(rows.map((row) => [row.dag_id, row.id]));

  return {
    engine,
    database,
    serverPid: server.pid,
    trigger: async (dagId, count, { runId, conf = {} } = {}) => {
      const now = clock.now();
      const made = await database.transaction((tx) =>
        insertRuns(
          tx,
          Array.from({ length: count }, () => manualRun(dagId, versions.get(dagId) ?? 0, now, { runId, conf })),
        ),
      );
      const ids = made.flatMap((each) => (each.kind === "created" ? [each.id] : []));
      engine.signals.runsCreated(ids);
      return ids;
    },
    over: async (ids) => {
      for (;;) {
        const next = engine.scheduler.committed.next();
        const [row] = await database.query<{ open: number }>(
          "select count(*) as open from dag_run where id = any($1) and end_date is null",
          [ids],
        );
        if (row?.open === 0) return;
        await next;
      }
    },
    [Symbol.asyncDispose]: async () => {
      await engine.stop();
      await database.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
