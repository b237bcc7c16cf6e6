import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../../../packages/cli/test-support/up-process.ts";
import type { BenchClient } from "../client.ts";
import { median } from "../figures.ts";
import type { AirflowFigures } from "../results-text.ts";
import { startAirflow } from "./installation.ts";

/*
 * Apache Airflow on the work of `npm run bench`: `node bench/src/airflow/main.ts [--environment FOLDER] [--python PROGRAM]`. Some minutes, and some more where
 * the virtual environment is not there yet. Writes bench/airflow/figures.json.
 */

const { values } = parseArgs({
  options: {
    environment: { type: "string" },
    python: { type: "string", default: "python3" },
    out: { type: "string", default: fileURLToPath(new URL("../../airflow/figures.json", import.meta.url)) },
  },
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

interface Run {
  readonly sentAt: number;
  readonly beganAt: number;
  readonly endedAt: number;
}

async function run(client: BenchClient, dagId: string, first: string, last: string): Promise<Run> {
  const sentAt = performance.timeOrigin + performance.now();
  const made = await client.call("POST", `/api/v2/dags/${dagId}/dagRuns`, { logical_date: null });
  if (made.status !== 200)
    throw new Error(`a trigger was answered with ${String(made.status)}: ${JSON.stringify(made.json)}`);
  const path = `/api/v2/dags/${dagId}/dagRuns/${encodeURIComponent(String(made.json.dag_run_id))}`;
  for (;;) {
    const { json } = await client.call("GET", path);
    if (json.state === "success") break;
    if (json.state === "failed") throw new Error(`a run of ${dagId} failed; the logs are in ${folder.path}`);
    await delay(250);
  }
  const ran = async (task: string): Promise<number> =>
    Number((await client.call("GET", `${path}/taskInstances/${task}/xcomEntries/return_value`)).json.value);
  return { sentAt, beganAt: await ran(first), endedAt: await ran(last) };
}

async function repeated(times: number, one: () => Promise<number>): Promise<number> {
  const samples: number[] = [];
  for (let n = 0; n < times; n++) samples.push(await one());
  return median(samples);
}

const folder = temporaryFolder();
try {
  const airflow = await startAirflow({
    environmentFolder: values.environment ?? join(folder.path, "environment"),
    folder: folder.path,
    python: values.python,
  });
  const { client } = airflow;
  const loads = [loadavg()[0] ?? 0];
  try {
    await delay(20_000);
    const idleMegabytes = airflow.idleMegabytes();
    const trigger = async (): Promise<number> => {
      const begun = performance.now();
      await client.call("POST", "/api/v2/dags/bench_paused/dagRuns", { logical_date: null });
      return performance.now() - begun;
    };
    await repeated(10, trigger);
    const triggerMs = await repeated(60, trigger);
    await run(client, "bench_single", "only", "only");
    const startMs = await repeated(7, async () => {
      const { sentAt, beganAt } = await run(client, "bench_single", "only", "only");
      return beganAt - sentAt;
    });
    const span = (dagId: string, first: string, last: string) => async () => {
      const { beganAt, endedAt } = await run(client, dagId, first, last);
      return endedAt - beganAt;
    };
    const chainMs = await repeated(3, span("bench_chain", "t0", "t9"));
    const fanMs = await repeated(1, span("bench_fan", "first", "last"));
    const begun = performance.now();
    await run(client, "bench_wide", "t0", "t99");
    const perSecond = 100_000 / (performance.now() - begun);
    loads.push(loadavg()[0] ?? 0);
    const load = loads.map((each) => each.toFixed(1)).join(" to ");
    const figures: AirflowFigures = {
      version: airflow.version,
      measured: `${new Date().toISOString().slice(0, 10)}, ${String(cpus().length)} cores (${cpus()[0]?.model ?? "unknown"}), load average ${load}, LocalExecutor of 16`,
      ...{ perSecond, startMs, chainMs, fanMs, triggerMs, idleMegabytes },
    };
    console.log(JSON.stringify(figures, null, 2));
    writeFileSync(values.out, `${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    client.close();
    await airflow.stop();
  }
} finally {
  await folder.remove();
}
