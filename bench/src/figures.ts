import type { PeerFigures } from "./peers/peer-figures.ts";

/** The value below which the given share of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** One measured row of the table. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: "ms" | "/s" | "MB" | "x";
  /** The target of docs/performance.md; a bound from below for /s, from above for all others. */
  readonly target?: number;
  /** Which of the figures that peers have as well this is. */
  readonly shared?: keyof PeerFigures;
}

/** Whether a row meets its target, and by which ratio (1: just; above 1: better). */
export function verdict(row: Row): string {
  if (row.target === undefined) return "";
  const ratio = row.unit === "/s" ? row.value / row.target : row.target / row.value;
  return ratio >= 1 ? `met (${ratio.toFixed(2)}x)` : `short (${ratio.toFixed(2)}x)`;
}

/** Three significant digits. */
export function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
