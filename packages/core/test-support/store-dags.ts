import { instant, type Instant, type SerializedDag } from "@windlass/contract";
import type { Database } from "@windlass/core/database";
import { syncDagFile } from "../src/store/dags.ts";
import { testParseResult } from "./dag.ts";

/** Stores Dags as the Dag processor would: a file for each, unpaused. */
export async function storeDags(
  database: Database,
  dags: readonly SerializedDag[],
  now: Instant = instant("2026-01-01T00:00:00Z"),
): Promise<void> {
  for (const dag of dags) {
    const result = testParseResult(dag.relativeFileloc, [dag]);
    await database.transaction((tx) => syncDagFile(tx, result, { now, pausedAtCreation: false }));
  }
}
