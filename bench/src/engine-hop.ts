import { startBenchEngine } from "./bench-engine.ts";
import { percentile } from "./figures.ts";
import { processorMs } from "./processor-time.ts";

/*
 * The engine by itself, without HTTP: hop, chain, fan-out and rate on an embedded PostgreSQL with real runners. `node bench/src/engine-hop.ts [rounds]`.
 */

const rounds = Number(process.argv[2] ?? "40");
await using bench = await startBenchEngine();
const { engine, database, trigger, over } = bench;

interface Times {
  readonly asked: number;
  readonly answered: number;
  readonly ended: number;
  readonly tasks: readonly number[];
}

async function measure(dagId: string): Promise<Times> {
  const asked = performance.timeOrigin + performance.now();
  const ended = new Promise<number>((resolve) => {
    const stop = engine.live.subscribe((changes) => {
      for (const each of changes) {
        if (each.kind !== "run" || each.dagId !== dagId || each.state !== "success") continue;
        stop();
        resolve(performance.timeOrigin + performance.now());
      }
    });
  });
  const [id] = await trigger(dagId, 1);
  const answered = performance.timeOrigin + performance.now();
  const end = await ended;
  const rows = await database.query<{ value: number }>(
    "select x.value from xcom x join task_instance t on t.id = x.task_instance_id where t.dag_run_id = $1 order by t.id",
    [id],
  );
  return { asked, answered, ended: end, tasks: rows.map((row) => row.value) };
}

function report(name: string, values: readonly number[]): void {
  console.log(
    `${name.padEnd(34)} p50 ${percentile(values, 0.5).toFixed(2)} ms   p99 ${percentile(values, 0.99).toFixed(2)} ms`,
  );
}

for (const dagId of ["bench_single", "bench_chain", "bench_fan"]) for (let i = 0; i < 5; i += 1) await measure(dagId);

const single: Times[] = [];
const chain: Times[] = [];
const fan: Times[] = [];
for (let i = 0; i < rounds; i += 1) {
  single.push(await measure("bench_single"));
  chain.push(await measure("bench_chain"));
  fan.push(await measure("bench_fan"));
}
report(
  "trigger committed",
  single.map((each) => each.answered - each.asked),
);
report(
  "trigger to first user code",
  single.map((each) => (each.tasks[0] ?? Number.NaN) - each.asked),
);
report(
  "hop",
  chain.flatMap((each) => each.tasks.slice(1).map((at, index) => at - (each.tasks[index] ?? Number.NaN))),
);
report(
  "chain of 10, trigger to end",
  chain.map((each) => each.ended - each.asked),
);
report(
  "fan-out 1-100-1, trigger to end",
  fan.map((each) => each.ended - each.asked),
);

async function rate(name: string, dagId: string, runs: number, tasks: number): Promise<void> {
  const before = processorMs(bench.serverPid);
  const began = performance.now();
  await over(await trigger(dagId, runs));
  const seconds = (performance.now() - began) / 1_000;
  const after = processorMs(bench.serverPid);
  const count = runs * tasks;
  const each = (part: keyof typeof after): string =>
    `${part} ${(((after[part] - before[part]) / count) * 1_000).toFixed(0)}`;
  console.log(
    `${name.padEnd(34)} ${(count / seconds).toFixed(0)} task instances/s; processor time of each, µs: ${each("engine")}, ${each("runners")}, ${each("postgres")}`,
  );
}

await rate("rate, 20 runs of 100 tasks", "bench_wide", 20, 100);
await rate("rate, 60 runs of 100 tasks", "bench_wide", 60, 100);
await rate("rate, 3,000 runs of one task", "bench_single", 3_000, 1);
console.log(engine.status());
