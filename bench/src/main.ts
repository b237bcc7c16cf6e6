import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startEmbedded } from "@windlass/core/database";
import { airflowFigures } from "./airflow-figures.ts";
import { type Row, shown } from "./figures.ts";
import { type Floor, measureFloor } from "./floor/floor-rows.ts";
import { compare } from "./growth/growth-figures.ts";
import { aboutGrowth, readGrowth } from "./growth/growth-report.ts";
import { runPeers } from "./peers/all-peers.ts";
import { resultsText, type Results } from "./results-text.ts";
import { largeRows } from "./rows/large.ts";
import { processRows } from "./rows/process.ts";
import { raceRows, runRows } from "./rows/runs.ts";
import { throughputRows } from "./rows/throughput.ts";
import { triggerRows } from "./rows/trigger.ts";
import { temporaryFolder } from "../../packages/cli/test-support/up-process.ts";

/*
 * Measures Windlass and its peers in one run and writes bench/RESULTS.md: `npm run bench`. Compare by the ratios: machines and moments differ.
 * `--out FILE` writes elsewhere.
 */

const own = (name: string): string => join(fileURLToPath(new URL("..", import.meta.url)), name);
const { values } = parseArgs({ options: { out: { type: "string", default: own("RESULTS.md") } } });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

function growth(): Results["growth"] {
  const report = readGrowth();
  if (report === null) return null;
  const about = `Measured by \`node bench/src/growth/main.ts\` on ${aboutGrowth(report)}. For each task instance:`;
  return { about, points: compare(report.points) };
}

async function floor(folder: string): Promise<Floor> {
  const database = await startEmbedded({ dataFolder: folder });
  try {
    return await measureFloor(database.url);
  } finally {
    await database.stop();
  }
}

function writeResults(peers: Results["peers"]): string {
  const text = resultsText({
    date: new Date().toISOString().slice(0, 10),
    machine: `${String(cpus().length)} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`,
    load: `Load average before, before the peers and after them: ${loads.map((each) => each.toFixed(1)).join(", ")}.`,
    ...{ rows, peers, airflow: airflowFigures(), growth: growth() },
  });
  writeFileSync(values.out, text);
  return text;
}

const folder = temporaryFolder();
const rows: Row[] = [];
const add = (measured: readonly Row[]): void => {
  for (const row of measured) console.error(`${row.name}: ${shown(row.value)} ${row.unit}`);
  rows.push(...measured);
};
const loads = [loadavg()[0] ?? 0];
try {
  const plain = await floor(join(folder.path, "floor"));
  add(plain.rows);
  const { rows: processes, server } = await processRows(folder.path);
  add(processes);
  try {
    add(await runRows(server));
    add(await raceRows(server, plain.races));
    add(await throughputRows(server));
    add(await triggerRows(server));
  } finally {
    await server.stop();
  }
  loads.push(loadavg()[0] ?? 0);
  const peers = await runPeers(folder.path, (result) => {
    console.error(`${result.name}: ${JSON.stringify("figures" in result ? result.figures : result.skipped)}`);
  });
  loads.push(loadavg()[0] ?? 0);
  // What is there is written before the longest part, and anew after it.
  writeResults(peers);
  add(await largeRows(join(folder.path, "large")));
  console.log(writeResults(peers));
} finally {
  await folder.remove();
}
