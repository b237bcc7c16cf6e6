import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../../../packages/cli/test-support/up-process.ts";
import { compare } from "./growth-figures.ts";
import { GROWTH_FILE, type GrowthReport } from "./growth-report.ts";
import { runGrowth } from "./run-growth.ts";

/* `node bench/src/growth/main.ts`: writes bench/growth.json. `--sizes 1,10 --stored 0 --active 1` measures less. */

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "1,10,100,1000,10000" },
    stored: { type: "string", default: "0,10000,100000,1000000" },
    active: { type: "string", default: "1,10,100,1000,5000" },
    repetitions: { type: "string", default: "3" },
    out: { type: "string", default: GROWTH_FILE },
  },
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const numbers = (text: string): readonly number[] => (text === "" ? [] : text.split(",").map(Number));
// Before anything is measured: the tree may move on meanwhile.
const commit = execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { encoding: "utf8" }).trim();
const folder = temporaryFolder();
try {
  const points = await runGrowth({
    folder: folder.path,
    ...{ sizes: numbers(values.sizes), stored: numbers(values.stored), active: numbers(values.active) },
    repetitions: Number(values.repetitions),
    hear: ({ axis, at, cost }) => {
      const micro = Object.entries(cost).map(([part, value]) => `${part} ${(value as number).toFixed(0)}`);
      console.error(`${axis}, ${String(at)}: ${micro.join(", ")} µs for each task instance`);
    },
  });
  const machine = `${String(cpus().length)} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`;
  const loadAverage = Math.round(loadavg()[2] ?? 0);
  const report: GrowthReport = { date: new Date().toISOString().slice(0, 10), commit, machine, loadAverage, points };
  writeFileSync(values.out, `${JSON.stringify(report, null, 2)}\n`);
  for (const { axis, at, processor, processorRatio, wallRatio, marginal } of compare(points)) {
    console.log(
      `${axis}, ${String(at)}: ${processor.toFixed(0)} µs of processor, ${processorRatio.toFixed(2)}x; elapsed ${wallRatio.toFixed(2)}x; one more task ${marginal?.toFixed(0) ?? "-"} µs`,
    );
  }
} finally {
  await folder.remove();
}
