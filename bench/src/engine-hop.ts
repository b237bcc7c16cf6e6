import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configValues, fromMillis } from "@windlass/contract";
import { migrate, openDatabase, startEmbedded } from "@windlass/core/database";
import { createEngine, migrationsFolder } from "@windlass/core/services";
import { runtimePaths } from "@windlass/sdk/runtime";
import { insertRuns } from "../../packages/core/src/store/runs.ts";

/*
 * The engine by itself, without HTTP: hop, chain, fan-out and rate on an embedded PostgreSQL with real runners. `node bench/src/engine-hop.ts [rounds]`.
 */

const rounds = Number(process.argv[2] ?? "40");
const folder = await mkdtemp(join(tmpdir(), "windlass-hop-"));
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

const versions = new Map(
  (await database.query<{ dag_id: string; id: number }>("select dag_id, current_version_id as id from dag")).map(
    (row) => [row.dag_id, row.id],
  ),
);

interface Times {
  readonly asked: number;
  readonly answered: number;
  readonly ended: number;
  readonly tasks: readonly number[];
}

async function trigger(dagId: string, count: number): Promise<readonly number[]> {
  const now = clock.now();
  const made = await database.transaction((tx) =>
    insertRuns(
      tx,
      Array.from({ length: count }, () => ({
        dagId,
        dagVersionId: versions.get(dagId) ?? 0,
        moment: now,
        identity: (moment) => ({
          runId: `manual__${moment}`,
          logicalDate: moment,
          dataIntervalStart: null,
          dataIntervalEnd: null,
          runAfter: now,
        }),
        given: { runId: false, logicalDate: false },
        runType: "manual",
        triggeredBy: "test",
        triggeringUser: null,
        queuedAt: now,
        conf: {},
        params: {},
        note: null,
        noteAccountId: null,
        launchContext: {},
      })),
    ),
  );
  const ids = made.flatMap((each) => (each.kind === "created" ? [each.id] : []));
  engine.signals.runsCreated(ids);
  return ids;
}

async function over(ids: readonly number[]): Promise<void> {
  for (;;) {
    const next = engine.scheduler.committed.next();
    const [row] = await database.query<{ open: number }>(
      "select count(*) as open from dag_run where id = any($1) and end_date is null",
      [ids],
    );
    if (row?.open === 0) return;
    await next;
  }
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

function quantile(values: readonly number[], at: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * at))] ?? Number.NaN;
}

function report(name: string, values: readonly number[]): void {
  console.log(
    `${name.padEnd(34)} p50 ${quantile(values, 0.5).toFixed(2)} ms   p99 ${quantile(values, 0.99).toFixed(2)} ms`,
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

const TICK_MS = 10;

/** Processor time used so far, in ms, by what part of the whole: it does not depend on what else the machine does. */
function processorMs(): { readonly engine: number; readonly runners: number; readonly postgres: number } {
  const own = process.cpuUsage();
  const used = { engine: (own.user + own.system) / 1_000, runners: 0, postgres: 0 };
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const parts = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      const parent = Number(parts[1]);
      const ms = (Number(parts[11]) + Number(parts[12])) * TICK_MS;
      if (parent === process.pid && Number(pid) !== server.pid) used.runners += ms;
      else if (parent === server.pid) used.postgres += ms;
    } catch {
      // Ended meanwhile.
    }
  }
  return used;
}

async function rate(name: string, dagId: string, runs: number, tasks: number): Promise<void> {
  const before = processorMs();
  const began = performance.now();
  await over(await trigger(dagId, runs));
  const seconds = (performance.now() - began) / 1_000;
  const after = processorMs();
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
await engine.stop();
await database.close();
await server.stop();
await rm(folder, { recursive: true, force: true });
