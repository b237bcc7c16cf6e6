import { cpus } from "node:os";
import { startBenchEngine } from "../bench-engine.ts";
import { percentile, shown } from "../figures.ts";
import { processorMs } from "../processor-time.ts";
import { measureSteps } from "./floor-steps.ts";
import { type HopMarks, watchHops } from "./hop-marks.ts";

/*
 * What each step of the hot path costs, beside the floor: `node bench/src/profile/main.ts [chains]` prints the tables of bench/PROFILE.md.
 */

const chains = Number(process.argv[2] ?? "200");
const WARM_UP = 40;
const TASKS = 10;

await using bench = await startBenchEngine();
const { database, trigger, over, serverPid } = bench;

async function run(dagId: string, count = 1): Promise<void> {
  await over(await trigger(dagId, count));
}

for (let i = 0; i < WARM_UP; i += 1) await run("bench_chain");
const watch = watchHops();
const before = processorMs(serverPid);
const hops: number[] = [];
const starts: number[] = [];
const ends: number[] = [];
let measured = 0;
for (let i = 0; i < chains; i += 1) {
  const first = watch.hops.length;
  const [id] = await trigger("bench_chain", 1);
  if (id === undefined) continue;
  await over([id]);
  const rows = await database.query<{ value: number }>(
    "select x.value from xcom x join task_instance t on t.id = x.task_instance_id where t.dag_run_id = $1 order by t.id",
    [id],
  );
  const codes = rows.map((row) => row.value - performance.timeOrigin);
  // The first one is the start that the trigger led to.
  const own = watch.hops.slice(first).slice(1 - TASKS);
  // One that was interrupted by something else of the engine's is left out.
  if (own.length !== TASKS - 1) continue;
  measured += own.length;
  for (const [n, { heard, sent }] of own.entries()) {
    const [code, next] = [codes[n] ?? Number.NaN, codes[n + 1] ?? Number.NaN];
    ends.push(heard - code);
    starts.push(next - sent);
    hops.push(next - code);
  }
}
const after = processorMs(serverPid);
watch.end();
const floor = await measureSteps(database);

const of = (from: keyof HopMarks, to: keyof HopMarks): number =>
  percentile(
    watch.hops.map((each) => each[to] - each[from]),
    0.5,
  );
const whole = percentile(hops, 0.5);
const perTask = (part: keyof typeof after): string =>
  `${((after[part] - before[part]) / (chains * TASKS)).toFixed(2)} ms`;

const wide = { runs: 60, tasks: 100 };
await run("bench_wide", 10);
const wideBefore = processorMs(serverPid);
const begun = performance.now();
await run("bench_wide", wide.runs);
const seconds = (performance.now() - begun) / 1_000;
const wideAfter = processorMs(serverPid);
const count = wide.runs * wide.tasks;
const perWide = (part: keyof typeof after): string =>
  `${(((wideAfter[part] - wideBefore[part]) * 1_000) / count).toFixed(0)} µs`;

const lines = [
  `Written by \`node bench/src/profile/main.ts\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}; medians of ${measured} hops in a chain, one at a time.`,
  "",
  "| Step of a hop: the end of a task's code to the next task's code | Cost | Floor |",
  "|---|---:|---:|",
  `| a task's code to its report: the log's end, IPC | ${shown(percentile(ends, 0.5))} ms | ${shown(floor.ipc / 2)} ms: half an IPC round trip |`,
  `| report heard to BEGIN sent: what follows is decided | ${shown(of("heard", "begun"))} ms | |`,
  `| BEGIN, locks of pools and Dags, counts: one round trip | ${shown(of("begun", "counted"))} ms | ${shown(floor.trip)} ms: \`select 1\` |`,
  `| slots are given, rows are encoded | ${shown(of("counted", "written"))} ms | |`,
  `| states, attempts, events, XCom in one statement, and COMMIT: one round trip | ${shown(of("written", "committed"))} ms | ${shown(floor.commit)} ms: one row inserted and committed |`,
  `| committed to the attempt sent to its runner | ${shown(of("committed", "sent"))} ms | |`,
  `| the attempt sent to the next task's code: IPC, a log file | ${shown(percentile(starts, 0.5))} ms | ${shown(floor.ipc / 2 + floor.log)} ms: the other half, a file with two lines |`,
  `| **the whole hop** | **${shown(whole)} ms** | **${shown(floor.ipc + floor.log + floor.commit)} ms** |`,
  "",
  "| Processor time of a task | engine | PostgreSQL | runners |",
  "|---|---:|---:|---:|",
  `| in a chain, one at a time | ${perTask("engine")} | ${perTask("postgres")} | ${perTask("runners")} |`,
  `| ${wide.runs} runs of ${wide.tasks} at once (${(count / seconds).toFixed(0)} tasks/s) | ${perWide("engine")} | ${perWide("postgres")} | ${perWide("runners")} |`,
  "",
];
console.log(lines.join("\n"));
