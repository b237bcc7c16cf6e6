import { DBOS } from "@dbos-inc/dbos-sdk";
import pg from "pg";
import { printFigures } from "./peer-figures.ts";
import { Ran, rate, spanTime, startTime } from "./ran.ts";

/* DBOS: `node dbos.ts <database>`. A piece of work is a step of a workflow; a fan-out of steps has no counterpart that is not one process's own promise. */

const [connectionString = ""] = process.argv.slice(2);
// Its own reading of an address knows no unix socket, so it gets the pool ready made, and an address that it takes only the name from.
const systemDatabasePool = new pg.Pool({ connectionString, max: 12 });
const systemDatabaseUrl = "postgresql://windlass:none@localhost/windlass";
const ran = new Ran();
const step = async (): Promise<void> => {
  ran.now();
};

const steps = DBOS.registerWorkflow(
  async (count: number) => {
    for (let i = 0; i < count; i++) await DBOS.runStep(step, { name: `step${String(i)}` });
  },
  { name: "steps" },
);
const quiet = { info() {}, debug() {}, warn() {}, error: console.error };
DBOS.setConfig({ name: "bench", systemDatabaseUrl, systemDatabasePool, logger: quiet });
await DBOS.launch();

const begin = async (count: number): Promise<void> => {
  const handle = await DBOS.startWorkflow(steps)(count);
  await handle.getResult();
};
const startMs = await startTime(ran, 60, () => begin(1));
const chainMs = await spanTime(ran, 25, 10, () => begin(10));
const [workflows, each] = [40, 20];
const perSecond = await rate(ran, 3, workflows * each, () =>
  Promise.all(Array.from({ length: workflows }, () => begin(each))),
);
printFigures({ perSecond, startMs, chainMs });
await DBOS.shutdown();
process.exit(0);
