import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbedded } from "@windlass/core/database";
import { type Row, shown, verdict } from "./figures.ts";
import { graphileRows } from "./peers/graphile-worker.ts";
import { processRows } from "./rows/process.ts";
import { runRows } from "./rows/runs.ts";
import { throughputRows } from "./rows/throughput.ts";
import { triggerRows } from "./rows/trigger.ts";
import { temporaryFolder } from "../../packages/cli/test-support/up-process.ts";

/*
 * Measures Windlass and its peer in one run and writes bench/RESULTS.md: `npm run bench`. Compare by the ratios: machines and moments differ.
 */

const folder = temporaryFolder();
const rows: Row[] = [];
const add = (measured: readonly Row[]): void => {
  for (const row of measured) console.error(`${row.name}: ${shown(row.value)} ${row.unit}`);
  rows.push(...measured);
};
try {
  const { rows: processes, server } = await processRows(folder.path);
  add(processes);
  try {
    add(await runRows(server));
    add(await throughputRows(server));
    add(await triggerRows(server));
  } finally {
    await server.stop();
  }
  const database = await startEmbedded({ dataFolder: join(folder.path, "peer") });
  try {
    add(await graphileRows(database.url));
  } finally {
    await database.stop();
  }
} finally {
  await folder.remove();
}

const lines = [
  "# Results",
  "",
  `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}.`,
  "Embedded PostgreSQL 18 with `synchronous_commit=on`, full bookkeeping, real HTTP, real runner processes.",
  "",
  "| What | Figure | Target | |",
  "|---|---:|---:|---|",
  ...rows.map(
    (row) =>
      `| ${row.name} | ${shown(row.value)} ${row.unit} | ${row.target === undefined ? "" : `${row.unit === "/s" ? ">=" : "<="} ${row.target} ${row.unit}`} | ${verdict(row)} |`,
  ),
  "",
];
console.log(lines.join("\n"));
writeFileSync(join(fileURLToPath(new URL("..", import.meta.url)), "RESULTS.md"), lines.join("\n"));
