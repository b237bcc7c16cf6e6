import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { GrowthPoint } from "./growth-figures.ts";

/** What `bench/growth.json` holds. */
export interface GrowthReport {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  /** Over fifteen minutes, at the end. */
  readonly loadAverage: number;
  readonly points: readonly GrowthPoint[];
}

export const GROWTH_FILE = fileURLToPath(new URL("../../growth.json", import.meta.url));

/** The figures of the last measurement; null where there was none. */
export function readGrowth(file = GROWTH_FILE): GrowthReport | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as GrowthReport) : null;
}

/** When and where, in a line. */
export function aboutGrowth({ date, commit, machine, loadAverage }: GrowthReport): string {
  return `${date}, commit ${commit}: ${machine}, load average ${String(loadAverage)}`;
}
