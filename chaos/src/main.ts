import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { partsEnvironment } from "../../scripts/setup/parts.mjs";
import { reportText } from "./report-text.ts";
import { runChaos } from "./run-chaos.ts";

/* `npm run chaos -- --seed S --minutes M [--rate R]`: ends with 1 where anything was violated. */

const { values } = parseArgs({
  options: { seed: { type: "string" }, minutes: { type: "string" }, rate: { type: "string" } },
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const seed = Number(values.seed ?? Date.now() % 1_000_000);
const report = await runChaos({
  seed,
  minutes: Number(values.minutes ?? 4),
  rate: Number(values.rate ?? 3),
  faketime: partsEnvironment().WINDLASS_FAKETIME,
  log: (line) => {
    console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  },
});
const folder = join(import.meta.dirname, "..", "reports");
mkdirSync(folder, { recursive: true });
const file = join(folder, `${String(seed)}.md`);
writeFileSync(file, reportText(report));
console.log(`\n${reportText(report)}\n${file}`);
// Not by itself: Node's own end was seen to turn for ever (uv_run in Environment::CleanupHandles) where reset connections had been proxied.
process.exit(report.violations.length === 0 ? 0 : 1);
