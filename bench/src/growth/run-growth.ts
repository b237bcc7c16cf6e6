import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Database } from "@windlass/core/database";
import { BenchClient } from "../client.ts";
import { installationDatabase } from "../installation-database.ts";
import { fillRuns } from "./fill-runs.ts";
import { type Axis, type Cost, type GrowthPoint, medianCost } from "./growth-figures.ts";
import { costOf, type Subject, trigger } from "./measure.ts";
import { startProgram } from "../start-program.ts";

/** How far to go. The whole of it takes about ten minutes, most of it for storing a million runs. */
export interface GrowthOptions {
  readonly folder: string;
  readonly sizes: readonly number[];
  readonly stored: readonly number[];
  readonly active: readonly number[];
  readonly repetitions: number;
  readonly hear: (point: GrowthPoint) => void;
}

const INSTANCES = 2_000;
const WORK = { dagId: "grow_chains_10", runs: 200, tasks: 10 } as const;

/** Measures every axis on a fresh installation of its own. */
export async function runGrowth(options: GrowthOptions): Promise<readonly GrowthPoint[]> {
  return [
    ...(await withSubject(options, "tasks", (subject) => growTasks(options, subject))),
    ...(await withSubject(options, "active", (subject) => growActive(options, subject))),
    ...(await withSubject(options, "stored", (subject) => growStored(options, subject))),
  ];
}

async function growTasks(options: GrowthOptions, subject: Subject): Promise<readonly GrowthPoint[]> {
  const points: GrowthPoint[] = [];
  const shapes: readonly (readonly [Axis, string])[] = [
    ["tasks in a Dag, side by side", "grow_wide"],
    ["tasks in a Dag, in ten chains", "grow_chains"],
  ];
  for (const [axis, name] of shapes) {
    for (const size of options.sizes) {
      const dagId = size === 1 ? "grow_wide_1" : `${name}_${String(size)}`;
      points.push(await point(options, subject, axis, size, dagId, Math.max(1, INSTANCES / size), size));
    }
  }
  return points;
}

async function growActive(options: GrowthOptions, subject: Subject): Promise<readonly GrowthPoint[]> {
  const points: GrowthPoint[] = [];
  let held = 0;
  for (const active of options.active) {
    // One is the work's own.
    await trigger(subject, "grow_held", active - 1 - held);
    held = active - 1;
    await deferred(subject, held);
    points.push(await point(options, subject, "active runs", active, WORK.dagId, WORK.runs, WORK.tasks));
  }
  return points;
}

async function growStored(options: GrowthOptions, subject: Subject): Promise<readonly GrowthPoint[]> {
  const points: GrowthPoint[] = [];
  let stored = 0;
  for (const count of options.stored) {
    if (count > stored) await fillRuns(subject.database, "grow_wide_1", stored, count);
    stored = count;
    points.push(await point(options, subject, "stored runs", count, WORK.dagId, WORK.runs, WORK.tasks));
  }
  return points;
}

async function point(
  { repetitions, hear }: GrowthOptions,
  subject: Subject,
  axis: Axis,
  at: number,
  dagId: string,
  runs: number,
  tasks: number,
): Promise<GrowthPoint> {
  const costs: Cost[] = [];
  // The first is for warming up: code of the Dag in the runners, plans in the connections.
  for (let i = 0; i <= repetitions; i++) {
    const cost = await costOf(subject, dagId, runs, tasks);
    if (i > 0) costs.push(cost);
  }
  const measured = { axis, at, runs, tasks, repetitions, cost: medianCost(costs) };
  hear(measured);
  return measured;
}

const PATIENCE_MS = 120_000;

/** Until the Dag file with the large Dags has been read. @throws with its mistake, or when it takes too long */
async function dagsRead(database: Database): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const [row] = await database.query<{ read: boolean; problem: string | null }>(
      `select exists (select from dag where dag_id = 'grow_held' and current_version_id is not null) as read,
         (select reason from import_error limit 1) as problem`,
    );
    if (row?.read === true) return;
    if (row?.problem != null) throw new Error(row.problem);
    if (performance.now() > until) throw new Error("the Dag file was not read in two minutes");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Until all that are held wait. */
async function deferred({ database }: Subject, count: number): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ count: number }>(
      "select count(*)::int as count from task_instance where state = 'deferred'",
    );
    if (row?.count === count) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function withSubject<Result>(
  { folder }: GrowthOptions,
  name: string,
  work: (subject: Subject) => Promise<Result>,
): Promise<Result> {
  const server = await startProgram({
    dagsFolder: fileURLToPath(new URL("dags", import.meta.url)),
    dataFolder: join(folder, name),
  });
  const end = (): void => void server.process.kill("SIGTERM");
  process.once("exit", end);
  const database = installationDatabase(server.dataFolder);
  const client = new BenchClient(server.url, server.key, 16);
  try {
    await dagsRead(database);
    return await work({ server, database, client });
  } finally {
    client.close();
    await database.close();
    await server.stop();
    process.removeListener("exit", end);
  }
}
