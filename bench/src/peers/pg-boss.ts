import { PgBoss } from "pg-boss";
import { median } from "../figures.ts";
import { printFigures } from "./peer-figures.ts";
import { clock, Ran, startTime } from "./ran.ts";

/* pg-boss: `node pg-boss.ts <database> polling|notify`. A bare queue: it has no chain and no fan-out. */

const [connectionString = "", manner = "polling"] = process.argv.slice(2);
const notify = manner === "notify";
const boss = new PgBoss({ connectionString, max: 12, ...(notify && { useListenNotify: true }) });
boss.on("error", () => undefined);
await boss.start();
const ran = new Ran();

await boss.createQueue("starts", { notify });
await boss.work("starts", { pollingIntervalSeconds: 0.5, batchSize: 1 }, async () => {
  ran.now();
});
const startMs = await startTime(ran, notify ? 100 : 15, () => boss.send("starts", {}));

const rates: number[] = [];
for (let i = 0; i < 3; i++) {
  const count = 5_000;
  const queue = `rate${String(i)}`;
  await boss.createQueue(queue, { notify });
  await boss.insert(
    queue,
    Array.from({ length: count }, () => ({ data: {} })),
  );
  const all = ran.next(count);
  const begun = clock();
  // Batches, and the next one at once while a batch is full: its documentation's way to work off a backlog.
  const options = { batchSize: 200, localConcurrency: 2, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
  await boss.work(queue, options, async (jobs) => {
    for (const _ of jobs) ran.now();
  });
  await all;
  rates.push((count * 1_000) / (clock() - begun));
  await boss.offWork(queue);
}
printFigures({ perSecond: median(rates), startMs });
await boss.stop({ graceful: false });
process.exit(0);
