import { useEffect, useState } from "react";
import { extendFilter, type FilteredLines, type LogFilter, NO_LINES } from "./filter-lines.ts";
import type { LogStore } from "./log-store.ts";

// About ten milliseconds of parsing: the page stays quick while a large log is searched.
const STEP_LINES = 20_000;

/** The lines that a filter leaves, found step by step and kept up as the log grows. */
export function useFiltered(store: LogStore, version: number, { level, source, search }: LogFilter): FilteredLines {
  const [found, setFound] = useState<{ readonly key: string; readonly lines: FilteredLines }>({
    key: "",
    lines: NO_LINES,
  });
  const key = JSON.stringify([level, source, search]);
  useEffect(() => {
    let timer: number | undefined;
    let lines = found.key === key && store.lines.length >= found.lines.upTo ? found.lines : NO_LINES;
    const step = (): void => {
      lines = extendFilter(store.lines, { level, source, search }, lines, STEP_LINES);
      setFound({ key, lines });
      if (lines.upTo < store.lines.length) timer = window.setTimeout(step);
    };
    step();
    return () => window.clearTimeout(timer);
    // `found` is what the effect itself writes.
  }, [store, version, key]);
  return found.key === key ? found.lines : NO_LINES;
}
