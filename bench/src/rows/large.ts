import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "@windlass/core/database";
import { BenchClient } from "../client.ts";
import { percentile, type Row } from "../figures.ts";
import { installationDatabase } from "../installation-database.ts";
import { startProgram } from "../start-program.ts";

const [FILES, DAGS_OF_FILE, TASKS, RUNS] = [100, 100, 10, 10];
const GRID = "large_grid";
const [GRID_TASKS, GRID_RUNS] = [1_000, 30];
const PATIENCE_MS = 900_000;

const DAG_FILE = (file: number): string => `import { Dag } from "windlass";
export const dags = Array.from({ length: ${String(DAGS_OF_FILE)} }, (_, d) => {
  const dag = new Dag(\`large_${String(file)}_\${d}\`, { schedule: d % 10 === 0 ? "@monthly" : null, catchup: false });
  for (let t = 0; t < ${String(TASKS)}; t++) dag.task(\`t\${t}\`, async () => performance.timeOrigin + performance.now())();
  return dag;
});
`;
const GRID_FILE = `import { Dag } from "windlass";
export const dag = new Dag("${GRID}", { schedule: null });
for (let t = 0; t < ${String(GRID_TASKS)}; t++) dag.task(\`t\${t}\`, async () => null)();
`;

/** An installation with 10,000 Dags, read from files, and 1,000,000 stored task instances, filled by SQL: what its screens and its scheduler take. */
export async function largeRows(folder: string): Promise<Row[]> {
  const dagsFolder = join(folder, "dags");
  mkdirSync(dagsFolder, { recursive: true });
  for (let file = 0; file < FILES; file++) writeFileSync(join(dagsFolder, `file${String(file)}.ts`), DAG_FILE(file));
  writeFileSync(join(dagsFolder, "grid.ts"), GRID_FILE);
  const server = await startProgram({ dagsFolder, dataFolder: join(folder, "data") });
  const database = installationDatabase(server.dataFolder);
  const client = new BenchClient(server.url, server.key, 4);
  try {
    await untilRead(database);
    await fill(database);
    const get = async (path: string): Promise<number> => {
      const begun = performance.now();
      const { status } = await client.call("GET", path);
      if (status !== 200) throw new Error(`${path} was answered with ${String(status)}`);
      return performance.now() - begun;
    };
    const p95 = async (pathOf: (n: number) => string, rounds: number): Promise<number> => {
      const samples: number[] = [];
      for (let n = 0; n < rounds + 10; n++) samples.push(await get(pathOf(n)));
      return percentile(samples.slice(10), 0.95);
    };
    const list = await p95((n) => `/api/windlass/v1/dags?limit=50&offset=${String((n % 20) * 50)}`, 100);
    const airflowList = await p95((n) => `/api/v2/dags?limit=50&offset=${String((n % 20) * 50)}`, 100);
    const grid = await p95(() => `/api/windlass/v1/dags/${GRID}/grid?limit=25`, 60);
    const starts: number[] = [];
    for (let n = 0; n < 60; n++) {
      const taken = await startOf(client, `large_${String(n % FILES)}_1`);
      if (n >= 10) starts.push(taken);
    }
    const stored = "10,000 Dags, 1,000,000 task instances";
    return [
      { name: `${stored}: Dag list of the UI, p95`, value: list, unit: "ms", target: 50 },
      { name: `${stored}: Dag list of the API v2, p95`, value: airflowList, unit: "ms", target: 50 },
      { name: `${stored}: grid of 1,000 tasks and 25 runs, p95`, value: grid, unit: "ms", target: 150 },
      { name: `${stored}: trigger to first user code, p95`, value: percentile(starts, 0.95), unit: "ms", target: 100 },
    ];
  } finally {
    client.close();
    await database.close();
    await server.stop();
  }
}

async function untilRead(database: Database): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const [row] = await database.query<{ count: number }>("select count(current_version_id)::int as count from dag");
    if (row?.count === FILES * DAGS_OF_FILE + 1) return;
    if (performance.now() > until) throw new Error(`only ${String(row?.count)} Dags were read`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Runs that are over, of every Dag, with their task instances. Afterwards the statistics are made anew. */
async function fill(database: Database): Promise<void> {
  for (let file = -1; file < FILES; file++) {
    const which = file < 0 ? GRID : `large\\_${String(file)}\\_%`;
    await database.execute(
      `with runs as (
         insert into dag_run (dag_id, run_id, state, run_type, triggered_by, logical_date, run_after, queued_at, start_date, end_date, dag_version_id)
         select dag_id, 'stored__' || n, 'success', 'manual', 'rest_api', at, at, at, at, at + interval '1 second', current_version_id
         from dag, (select n, timestamptz '2025-01-01' + n * interval '1 hour' as at from generate_series(1, $2::int) n) numbers where dag_id like $1
         returning id, dag_id, dag_version_id, queued_at as at)
       insert into task_instance (dag_run_id, dag_id, task_id, state, try_number, operator, pool, scheduled_at, queued_at, start_date, end_date, dag_version_id)
       select r.id, r.dag_id, t.task_id, 'success', 1, t.operator, t.pool, at, at, at, at + interval '1 second', r.dag_version_id
       from runs r join dag_version_task t on t.dag_version_id = r.dag_version_id`,
      [which, file < 0 ? GRID_RUNS : RUNS],
    );
  }
  await database.execute("vacuum analyze");
  await database.execute("checkpoint");
}

/** From a trigger to the code of a task. */
async function startOf(client: BenchClient, dagId: string): Promise<number> {
  const sentAt = performance.timeOrigin + performance.now();
  const made = await client.call("POST", `/api/v2/dags/${dagId}/dagRuns`, { logical_date: null });
  const path = `/api/v2/dags/${dagId}/dagRuns/${encodeURIComponent(String(made.json.dag_run_id))}`;
  for (;;) {
    const { json } = await client.call("GET", path);
    if (json.state === "success") break;
    if (json.state === "failed") throw new Error(`a run of ${dagId} failed`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const xcom = await client.call("GET", `${path}/taskInstances/t0/xcomEntries/return_value`);
  return Number(xcom.json.value) - sentAt;
}
