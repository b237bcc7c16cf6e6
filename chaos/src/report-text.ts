import type { ChaosReport } from "./run-chaos.ts";

/** The report as people read it. */
export function reportText(report: ChaosReport): string {
  const { seed, minutes, violations, quietAfterSeconds } = report;
  const rows = (title: string, of: Readonly<Record<string, number>>): readonly string[] => [
    "",
    `| ${title} | |`,
    "| --- | ---: |",
    ...Object.entries(of).map(([name, count]) => `| ${name} | ${String(count)} |`),
  ];
  return [
    `# Chaos, seed ${String(seed)}, ${String(minutes)} minutes`,
    "",
    `${violations.length === 0 ? "No violation." : `${String(violations.length)} violations.`} Everything was over ${String(quietAfterSeconds)} s after the last fault.`,
    ...report.lacks.flatMap((each) => ["", `Left out: ${each}.`]),
    ...rows("Counts", report.counts),
    ...rows("Faults", report.faults),
    ...rows("Hands", report.hands),
    ...(violations.length === 0 ? [] : ["", "Violations:", "", ...violations.map((each) => `- ${each}`)]),
    ...(report.folder === null ? [] : ["", `What is left: ${report.folder}`]),
    "",
  ].join("\n");
}
