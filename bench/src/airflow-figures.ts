import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AirflowFigures } from "./results-text.ts";

/** Measured before `bench/airflow` was there; the machine was one of the same size, 2 cores. */
const EARLIER: readonly AirflowFigures[] = [
  {
    ...{ version: "3.3.2", measured: "earlier, 2 cores, LocalExecutor of 16, PostgreSQL with fsync off" },
    ...{ perSecond: 1.7, startMs: 733, chainMs: 8_700, fanMs: 61_600, triggerMs: 58, idleMegabytes: 886 },
  },
  {
    ...{ version: "2.11.2", measured: "the same" },
    ...{ perSecond: 1.5, startMs: 1_235, chainMs: 13_800, fanMs: 67_700, triggerMs: 256, idleMegabytes: 748 },
  },
];

const FILE = fileURLToPath(new URL("../airflow/figures.json", import.meta.url));

/** What was measured earlier, and what `node bench/src/airflow/main.ts` has written since. */
export function airflowFigures(): readonly AirflowFigures[] {
  return existsSync(FILE) ? [...EARLIER, JSON.parse(readFileSync(FILE, "utf8")) as AirflowFigures] : EARLIER;
}
