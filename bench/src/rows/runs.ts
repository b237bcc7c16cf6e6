import { BenchClient } from "../client.ts";
import { median, percentile, type Row } from "../figures.ts";
import type { Floor } from "../floor/floor-rows.ts";
import type { UpProcess } from "../../../packages/cli/test-support/up-process.ts";

/** Every task of the benchmark's Dags returns the wall clock at which its code ran. */
interface Measured {
  readonly sentAt: number;
  readonly ranAt: ReadonlyMap<string, number>;
  readonly endedAt: number;
}

/** Start latency, hops, a chain, a fan-out. */
export async function runRows(server: UpProcess): Promise<Row[]> {
  const client = new BenchClient(server.url, server.key, 4);
  try {
    const starts: number[] = [];
    for (let i = 0; i < 220; i++) {
      const run = await measure(client, "bench_single");
      if (i >= 20) starts.push((run.ranAt.get("only") ?? Number.NaN) - run.sentAt);
    }
    const hops: number[] = [];
    const chains: number[] = [];
    for (let i = 0; i < 60; i++) {
      const run = await measure(client, "bench_chain");
      if (i < 10) continue;
      const times = Array.from({ length: 10 }, (_, n) => run.ranAt.get(`t${n}`) ?? Number.NaN);
      for (let n = 1; n < times.length; n++) hops.push((times[n] ?? Number.NaN) - (times[n - 1] ?? Number.NaN));
      chains.push((times[9] ?? Number.NaN) - (times[0] ?? Number.NaN));
    }
    const fans: number[] = [];
    for (let i = 0; i < 20; i++) {
      const run = await measure(client, "bench_fan");
      if (i >= 5) fans.push((run.ranAt.get("last") ?? Number.NaN) - (run.ranAt.get("first") ?? Number.NaN));
    }
    return [
      {
        name: "trigger to first user code, p50",
        value: percentile(starts, 0.5),
        unit: "ms",
        target: 5,
        shared: "startMs",
      },
      { name: "trigger to first user code, p99", value: percentile(starts, 0.99), unit: "ms", target: 20 },
      { name: "task end to the next task's user code, p50", value: percentile(hops, 0.5), unit: "ms", target: 2 },
      {
        name: "chain of 10, first to last user code, p50",
        value: percentile(chains, 0.5),
        unit: "ms",
        target: 15,
        shared: "chainMs",
      },
      {
        name: "fan-out 1-100-1, first to last user code, p50",
        value: percentile(fans, 0.5),
        unit: "ms",
        target: 30,
        shared: "fanMs",
      },
    ];
  } finally {
    client.close();
  }
}

/** A run from its trigger to its end. @returns the path of the run */
async function runToEnd(client: BenchClient, dagId: string): Promise<string> {
  const made = await client.call("POST", `/api/v2/dags/${dagId}/dagRuns`, { logical_date: null });
  const runId = String(made.json.dag_run_id);
  const path = `/api/v2/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`;
  for (;;) {
    const run = await client.call("GET", path);
    if (run.json.state === "success") return path;
    if (run.json.state === "failed") throw new Error(`${dagId} ${runId} failed`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The races beside the plain loop of the same run. */
export async function raceRows(server: UpProcess, plain: Floor["races"]): Promise<Row[]> {
  const client = new BenchClient(server.url, server.key, 4);
  const race = async (dagId: string, tasks: number, repetitions: number): Promise<number> => {
    const samples: number[] = [];
    for (let i = 0; i <= repetitions; i++) {
      const path = await runToEnd(client, dagId);
      const of = async (task: string): Promise<{ readonly began: number; readonly ended: number }> =>
        (await client.call("GET", `${path}/taskInstances/${task}/xcomEntries/return_value`)).json.value as never;
      const [first, last] = [await of("t0"), await of(`t${String(tasks - 1)}`)];
      if (i > 0) samples.push(last.ended - first.began);
    }
    return median(samples);
  };
  try {
    const [short, long] = [await race("bench_race_short", 40, 10), await race("bench_race_long", 10, 3)];
    return [
      { name: "40 x fib(10), one after the other", value: short, unit: "ms" },
      { name: "the same, to the plain loop", value: short / plain.short, unit: "x", target: 2 },
      { name: "10 x fib(33), one after the other", value: long, unit: "ms" },
      { name: "the same, to the plain loop", value: long / plain.long, unit: "x", target: 1.1 },
    ];
  } finally {
    client.close();
  }
}

async function measure(client: BenchClient, dagId: string): Promise<Measured> {
  const sentAt = performance.timeOrigin + performance.now();
  const path = await runToEnd(client, dagId);
  const endedAt = performance.timeOrigin + performance.now();
  const ranAt = new Map<string, number>();
  for (const task of tasksOf(dagId)) {
    const xcom = await client.call("GET", `${path}/taskInstances/${task}/xcomEntries/return_value`);
    ranAt.set(task, Number(xcom.json.value));
  }
  return { sentAt, ranAt, endedAt };
}

function tasksOf(dagId: string): readonly string[] {
  if (dagId === "bench_single") return ["only"];
  if (dagId === "bench_fan") return ["first", "last"];
  return Array.from({ length: 10 }, (_, i) => `t${i}`);
}
