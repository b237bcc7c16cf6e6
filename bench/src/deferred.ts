import { randomUUID } from "node:crypto";
import { startBenchEngine } from "./bench-engine.ts";
import { percentile } from "./figures.ts";

/*
 * What waiting costs: memory of the control process with 10,000 deferred task instances, and how late the end of a wait is noticed among them.
 * `node --expose-gc bench/src/deferred.ts [runs of 100 waiting tasks] [moments|events]`: what those that wait all the time wait for.
 */

const runs = Number(process.argv[2] ?? "100");
const waitingDag = process.argv[3] === "events" ? "bench_watching" : "bench_waiting";
await using bench = await startBenchEngine();
const { engine, database, trigger, over } = bench;

/** Memory in MB after a full collection. */
function memory(): { readonly heap: number; readonly resident: number } {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 2 ** 20, resident: rss / 2 ** 20 };
}

async function allWait(ids: readonly number[], count: number): Promise<void> {
  for (;;) {
    const next = engine.scheduler.committed.next();
    const [row] = await database.query<{ waiting: number }>(
      "select count(*) as waiting from task_instance where dag_run_id = any($1) and state = 'deferred'",
      [ids],
    );
    if (Number(row?.waiting) === count) return;
    await next;
  }
}

async function delays(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const ids = await trigger("bench_woken", 1);
    await over(ids);
    const [row] = await database.query<{ value: number }>(
      "select x.value from xcom x join task_instance t on t.id = x.task_instance_id where t.dag_run_id = any($1)",
      [ids],
    );
    if (row) found.push(Number(row.value));
  }
  return found;
}

/** From the end of a run to the code of a task of another Dag that waited for it. */
async function followed(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const runId = randomUUID();
    const following = await trigger("bench_follower", 1, { conf: { runId } });
    await allWait(following, 1);
    const watched = await trigger("bench_watched", 1, { runId });
    await over(following);
    const [row] = await database.query<{ late: number }>(
      `select x.value::text::float8 - extract(epoch from w.end_date) * 1000 as late
       from xcom x join task_instance t on t.id = x.task_instance_id, dag_run w where t.dag_run_id = any($1) and w.id = any($2)`,
      [following, watched],
    );
    if (row) found.push(Number(row.late));
  }
  return found;
}

function report(name: string, values: readonly number[]): void {
  const [middle, late] = [percentile(values, 0.5), Math.max(...values)];
  console.log(`${name.padEnd(34)} p50 ${middle.toFixed(2)} ms   max ${late.toFixed(2)} ms   of ${values.length}`);
}

await delays(3);
report("woken, nothing else waits", await delays(15));
await followed(3);
report("follows a run, nothing else waits", await followed(15));
const before = memory();
const began = performance.now();
const waiting = await trigger(waitingDag, runs);
await allWait(waiting, runs * 100);
console.log(`${runs * 100} deferred after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
const after = memory();
console.log(
  `memory for them: heap ${(after.heap - before.heap).toFixed(1)} MB, resident ${(after.resident - before.resident).toFixed(1)} MB (from ${before.resident.toFixed(0)} to ${after.resident.toFixed(0)})`,
);
report("woken, while the others wait", await delays(30));
report("follows a run, while they wait", await followed(30));
const cpu = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, 5_000));
const idle = process.cpuUsage(cpu);
console.log(`processor time while all wait: ${((idle.user + idle.system) / 50_000).toFixed(2)} % of a core`);
