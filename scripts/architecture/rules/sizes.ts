import type { Finding } from "../source.ts";

/** Lines of hand-written files. */
const limits = { median: 120, p90: 350, hard: 600 } as const;

/** What the size report says. */
export interface SizeReport {
  readonly files: number;
  readonly lines: number;
  readonly median: number;
  readonly p90: number;
  readonly largest: readonly { readonly path: string; readonly lines: number }[];
}

/** Counts lines and orders the files by them. */
export function sizeReport(files: readonly { path: string; text: string }[]): SizeReport {
  const counted = files
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0) }))
    .sort((a, b) => b.lines - a.lines);
  const at = (share: number): number => counted[Math.floor((1 - share) * (counted.length - 1))]?.lines ?? 0;
  const lines = counted.reduce((sum, file) => sum + file.lines, 0);
  return { files: counted.length, lines, median: at(0.5), p90: at(0.9), largest: counted.slice(0, 10) };
}

/** A file over the hard limit is a finding unless the exceptions give a reason; so is a median or p90 that has crept up. */
export function sizes(
  files: readonly { path: string; text: string }[],
  exceptions: Readonly<Record<string, string>>,
): Finding[] {
  const report = sizeReport(files);
  const tooLong = sizeReport(files.filter((file) => !(file.path in exceptions)))
    .largest.filter((file) => file.lines > limits.hard)
    .map((file) => ({ path: file.path, line: file.lines, what: `${file.lines} lines, the limit is ${limits.hard}` }));
  const known = new Set(files.map((file) => file.path));
  const stale = Object.keys(exceptions)
    .filter((path) => !known.has(path))
    .map((path) => ({ path, line: 1, what: "has an exception to the size limit but does not exist" }));
  const crept = (["median", "p90"] as const)
    .filter((key) => report[key] > limits[key])
    .map((key) => ({
      path: "packages",
      line: 1,
      what: `the ${key} is ${report[key]} lines, the limit is ${limits[key]}`,
    }));
  return [...tooLong, ...stale, ...crept];
}
