import { Logger, makeWorkerUtils, run, runMigrations, type TaskList } from "graphile-worker";
import pg from "pg";
import { median } from "../figures.ts";
import { printFigures } from "./peer-figures.ts";
import { clock, Ran, startTime } from "./ran.ts";

/* graphile-worker: `node graphile-worker.ts <database> default|batched`. A bare queue: it has no chain and no fan-out. */

const [connectionString = "", manner = "default"] = process.argv.slice(2);
const logger = new Logger(() => () => undefined);
const pgPool = new pg.Pool({ connectionString, max: 12 });
pgPool.on("error", () => undefined);
await runMigrations({ pgPool, logger });
const utils = await makeWorkerUtils({ pgPool, logger });
const ran = new Ran();
const taskList: TaskList = {
  noop: () => {
    ran.now();
  },
};
// What its documentation gives for throughput, at the price of some latency and of repeated work after a crash.
const batched = { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } };
const options = {
  ...{ pgPool, logger, taskList, pollInterval: 2_000 },
  concurrency: manner === "batched" ? 24 : 8,
  ...(manner === "batched" && { preset: batched }),
};

const runner = await run(options);
const startMs = await startTime(ran, 100, () => utils.addJob("noop", {}));
await runner.stop();
const rates: number[] = [];
for (let i = 0; i < 3; i++) {
  const count = manner === "batched" ? 12_000 : 3_000;
  await utils.addJobs(Array.from({ length: count }, () => ({ identifier: "noop", payload: {} })));
  const all = ran.next(count);
  const begun = clock();
  const working = await run(options);
  await all;
  rates.push((count * 1_000) / (clock() - begun));
  await working.stop();
}
await utils.release();
await pgPool.end();
printFigures({ perSecond: median(rates), startMs });
