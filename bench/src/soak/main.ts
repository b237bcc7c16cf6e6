import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../../../packages/cli/test-support/up-process.ts";
import { failings, reportText } from "./report-text.ts";
import { runSoak } from "./run-soak.ts";
import { judgeAll } from "./series.ts";

/* `npm run soak -- --minutes M [--rate R]`: writes bench/SOAK.md and ends with 1 where something is not flat. */

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    rate: { type: "string", default: "4" },
    keep: { type: "string", default: "5" },
    out: { type: "string", default: fileURLToPath(new URL("../../SOAK.md", import.meta.url)) },
  },
});
const [minutes, rate, keepMinutes] = [Number(values.minutes), Number(values.rate), Number(values.keep)];
const commit = execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { encoding: "utf8" }).trim();
const folder = temporaryFolder();
console.log(`samples go to ${folder.path}/samples.jsonl`);
try {
  const { samples, counts, stuck } = await runSoak({
    ...{ folder: folder.path, minutes, rate, keepMinutes, sampleSeconds: 20 },
    log: (line) => {
      console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
    },
  });
  const report = {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    commit,
    machine: `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`,
    ...{ minutes, rate, keepMinutes, counts, stuck, samples, judged: judgeAll(samples) },
  };
  const text = reportText(report);
  console.log(text);
  writeFileSync(values.out, text);
  for (const problem of counts.problems.slice(0, 20)) console.log(problem);
  process.exitCode = failings(report).length === 0 ? 0 : 1;
} finally {
  await folder.remove();
}
