import { run, runMigrations, makeWorkerUtils, type TaskList } from "graphile-worker";
import pg from "pg";
import { percentile, type Row } from "../figures.ts";

const QUIET = { log: () => undefined };

/** graphile-worker on a PostgreSQL of the same settings: no-op jobs a second, and the time from adding a job to its code. */
export async function graphileRows(connectionString: string): Promise<Row[]> {
  const { Logger } = await import("graphile-worker");
  const logger = new Logger(() => QUIET.log);
  const pgPool = new pg.Pool({ connectionString, max: 12 });
  pgPool.on("error", () => undefined);
  await runMigrations({ pgPool, logger });
  const utils = await makeWorkerUtils({ pgPool, logger });
  let done = 0;
  let wake: (() => void) | undefined;
  const latencies: number[] = [];
  const taskList: TaskList = {
    noop: (payload) => {
      const { sentAt } = payload as { sentAt?: number };
      if (sentAt !== undefined) latencies.push(performance.timeOrigin + performance.now() - sentAt);
      done++;
      wake?.();
    },
  };
  const runner = await run({ pgPool, logger, concurrency: 8, pollInterval: 2000, taskList });
  try {
    for (let i = 0; i < 220; i++) {
      const before = done;
      const ran = new Promise<void>((resolve) => {
        wake = () => {
          if (done > before) resolve();
        };
      });
      await utils.addJob("noop", { sentAt: performance.timeOrigin + performance.now() });
      await ran;
    }
    const jobs = 6000;
    await runner.stop();
    await utils.addJobs(Array.from({ length: jobs }, () => ({ identifier: "noop", payload: {} })));
    done = 0;
    const begun = performance.now();
    const all = new Promise<void>((resolve) => {
      wake = () => {
        if (done >= jobs) resolve();
      };
    });
    const second = await run({ pgPool, logger, concurrency: 8, pollInterval: 2000, taskList });
    await all;
    const rate = jobs / ((performance.now() - begun) / 1000);
    await second.stop();
    return [
      { name: "graphile-worker: no-op jobs", value: rate, unit: "/s" },
      { name: "graphile-worker: add to user code, p50", value: percentile(latencies.slice(20), 0.5), unit: "ms" },
    ];
  } finally {
    await utils.release();
    await pgPool.end();
  }
}
