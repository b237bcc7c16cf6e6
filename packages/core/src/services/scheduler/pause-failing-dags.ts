import type { Sql } from "../../database/sql.ts";
import { pauseIfFailing } from "../../store/dags.ts";
import type { RoundResult } from "./commit-round.ts";

/**
 * Pauses the Dags of which so many runs have failed one after another as they say themselves (`max_consecutive_failed_dag_runs`), looking at those of
 * which one failed in this round.
 * @returns the Dags that are paused now and were not before
 */
export async function pauseFailingDags(
  sql: Sql,
  { committed }: Pick<RoundResult, "committed">,
): Promise<readonly string[]> {
  const bounds = new Map<string, number>();
  for (const { before, after } of committed) {
    const { maxConsecutiveFailedDagRuns: bound } = after.graph.dag;
    if (bound > 0 && after.state === "failed" && before.state !== "failed") bounds.set(after.dagId, bound);
  }
  const paused: string[] = [];
  for (const [dagId, bound] of bounds) if (await pauseIfFailing(sql, dagId, bound)) paused.push(dagId);
  return paused;
}
