import { shown } from "../figures.ts";
import type { Point } from "./flatness.ts";
import type { LoadCounts } from "./load.ts";
import type { Sample } from "./sample.ts";
import type { Judged } from "./series.ts";

/** What a soak came to. */
export interface SoakReport {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly minutes: number;
  readonly rate: number;
  readonly keepMinutes: number;
  readonly counts: LoadCounts;
  /** Runs that were not over long after the load. */
  readonly stuck: number;
  readonly samples: readonly Sample[];
  readonly judged: readonly Judged[];
}

const MARKS = [5, 15, 30, 45, 60];

/** Reasons why the installation does not hold; none: it does. */
export function failings({ judged, counts, samples, stuck }: SoakReport): readonly string[] {
  return [
    ...judged
      .filter((each) => !each.verdict.flat)
      .map(
        (each) =>
          `${each.name} rises by ${shown(each.verdict.line.perHour)}${each.unit === "" ? "" : ` ${each.unit}`} an hour`,
      ),
    ...(counts.problems.length > 0
      ? [`${counts.problems.length} requests went wrong, the first: ${counts.problems[0] ?? ""}`]
      : []),
    ...(samples.some((each) => each.wrong > 0) ? ["runs ended otherwise than their Dag does"] : []),
    ...(stuck > 0 ? [`${stuck} runs did not end`] : []),
  ];
}

/** The value nearest to a minute; undefined where the soak did not reach it. */
function at(points: readonly Point[], minute: number): number | undefined {
  if ((points.at(-1)?.minute ?? 0) < minute - 1) return undefined;
  return points.toSorted((a, b) => Math.abs(a.minute - minute) - Math.abs(b.minute - minute))[0]?.value;
}

/** Of a core, from the first full minute to the end. */
function processorShare(samples: readonly Sample[]): string {
  const [first, last] = [samples.find((each) => each.minute >= 1), samples.at(-1)];
  if (first === undefined || last === undefined || first === last) return "unknown";
  const roles = ["control", "runners", "postgres"] as const;
  return roles
    .map((role) => {
      const ms = last.roles[role].processorMs - first.roles[role].processorMs;
      return `${role} ${((100 * ms) / ((last.minute - first.minute) * 60_000)).toFixed(1)} %`;
    })
    .join(", ");
}

export function reportText(report: SoakReport): string {
  const { samples, judged, counts } = report;
  const marks = MARKS.filter((mark) => mark <= (samples.at(-1)?.minute ?? 0) + 1);
  const wrong = failings(report);
  const last = samples.at(-1);
  const cell = (value: number | undefined): string => (value === undefined ? "" : shown(value));
  return [
    "# Soak",
    "",
    `Written by \`npm run soak -- --minutes ${report.minutes} --rate ${report.rate}\` on ${report.date}, commit ${report.commit}: ${report.machine}.`,
    "",
    wrong.length === 0 ? "**Flat.** Nothing that is followed rises beyond its bound." : "**Not flat.**",
    "",
    ...wrong.map((each) => `- ${each}`),
    ...(wrong.length > 0 ? [""] : []),
    `One \`windlass up\` under ${report.rate} runs a second of seven kinds (chain, fan-out, mapped, retried, failing, deferred, results of kilobytes), two reads of`,
    `the UI's a second, three event streams that come and go. Runs are deleted through the API after ${report.keepMinutes} minutes, so the tables come to a steady`,
    `state; histories (events, audit) stay and are judged by their bytes for each row.`,
    "",
    `${counts.triggered} runs triggered, ${counts.deleted} deleted, ${counts.reads} reads, ${counts.streams} streams with ${counts.messages} messages;`,
    `${counts.problems.length} requests went wrong; at most ${Math.max(0, ...samples.map((each) => each.wrong))} runs at a time had ended otherwise than their Dag does; ${report.stuck} did not end.`,
    `Processor: ${processorShare(samples)} of a core. Database: ${((last?.databaseBytes ?? 0) / 2 ** 20).toFixed(0)} MB at the end.`,
    "",
    "A series is flat unless the least-squares line over the second half of the time rises by more than the bound in an hour, and by more than four",
    "times the standard error of that slope. What a trigger and a chain take depends on what else the machine does, so those are shown and not judged; the",
    "processor time for each run is.",
    "",
    `| What | unit | ${marks.map((mark) => `${mark} min`).join(" | ")} | slope an hour | ± | may rise | |`,
    `|---|---|${marks.map(() => "---:").join("|")}|---:|---:|---:|---|`,
    ...judged.map(({ name, unit, points, bound, verdict }) => {
      const { line, allowed, flat } = verdict;
      const decided = bound === null ? ["", "shown only"] : [shown(allowed), flat ? "flat" : "**rises**"];
      const values = marks.map((mark) => cell(at(points, mark)));
      return `| ${[name, unit, ...values, signed(line.perHour), cell(line.errorPerHour), ...decided].join(" | ")} |`;
    }),
    "",
  ].join("\n");
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${shown(Math.abs(value))}`;
}
