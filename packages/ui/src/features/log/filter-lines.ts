import { parseLine, plainText } from "./parse-line.ts";

/** What is left out of a log, and what is looked for in it. */
export interface LogFilter {
  /** The least level shown; lines without a level are always shown. */
  readonly level: string | undefined;
  readonly source: string | undefined;
  readonly search: string;
}

/** Which lines are shown and which of them match. */
export interface FilteredLines {
  /** Indexes of the lines shown; null: all of them. */
  readonly shown: readonly number[] | null;
  /** Places among the shown lines that hold the text. */
  readonly matches: readonly number[];
  /** Up to which line of the log this holds. */
  readonly upTo: number;
}

/** Nothing looked at yet. */
export const NO_LINES: FilteredLines = { shown: null, matches: [], upTo: 0 };

const ORDER = ["debug", "info", "warning", "error", "critical"];

/** Whether a filter leaves something out. */
export function hides({ level, source }: LogFilter): boolean {
  return level !== undefined || source !== undefined;
}

/**
 * Extends what was found by lines that have come since. A log that only grows is never searched twice.
 * @param most how many lines to look at in this step; call again until `upTo` is the log's length
 */
export function extendFilter(
  lines: readonly string[],
  filter: LogFilter,
  before: FilteredLines,
  most: number,
): FilteredLines {
  const hiding = hides(filter);
  const wanted = filter.search.toLowerCase();
  if (!hiding && wanted === "") return { shown: null, matches: [], upTo: lines.length };
  const shown = hiding ? [...(before.shown ?? [])] : null;
  const matches = [...before.matches];
  const end = Math.min(lines.length, before.upTo + most);
  const least = filter.level === undefined ? -1 : ORDER.indexOf(filter.level);
  for (let index = before.upTo; index < end; index++) {
    const line = parseLine(lines[index] ?? "");
    if (shown !== null) {
      if (line.level !== null && ORDER.indexOf(line.level) < least) continue;
      if (filter.source !== undefined && line.source !== filter.source) continue;
      shown.push(index);
    }
    if (wanted !== "" && plainText(line).toLowerCase().includes(wanted))
      matches.push(shown === null ? index : shown.length - 1);
  }
  return { shown, matches, upTo: end };
}

/** The first line from a place on that tells of an error; -1 for none. */
export function findError(lines: readonly string[], from: number): number {
  for (let index = from; index < lines.length; index++) {
    const raw = lines[index] ?? "";
    // Most lines are ruled out without being parsed.
    if (!/error|critical|lost/i.test(raw)) continue;
    const { level, marker } = parseLine(raw);
    if (level === "error" || level === "critical" || marker === "lost") return index;
  }
  return -1;
}
