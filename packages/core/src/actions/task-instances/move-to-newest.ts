import type { Sql } from "../../database/sql.ts";
import { tasksWithoutInstance } from "../../domain/align-with-version.ts";
import {
  findCurrentVersionId,
  insertInstances,
  moveRunsToVersion,
  refreshInstances,
  refreshQueued,
} from "../../store/run-versions.ts";
import { readRuns } from "../runs/change-run.ts";

const RUNS_AT_ONCE = 500;

/**
 * Has runs whose rows are locked go on on a version of their Dag: tasks that came with it get task instances. Those whose tasks are gone are
 * `alignInPass`' affair.
 * @param ids task instances that are to be cleared; null: all of them
 * @returns those of the runs that were on another version
 */
export async function moveToVersion(
  tx: Sql,
  dagVersionId: number,
  dagRunIds: readonly number[],
  ids: readonly number[] | null,
): Promise<ReadonlySet<number>> {
  const moved = await moveRunsToVersion(tx, dagRunIds, dagVersionId);
  for (let from = 0; from < moved.length; from += RUNS_AT_ONCE) {
    const runs = await readRuns(tx, moved.slice(from, from + RUNS_AT_ONCE));
    const missing = runs.flatMap((run) => tasksWithoutInstance(run).map((taskId) => ({ dagRunId: run.id, taskId })));
    await insertInstances(tx, missing);
  }
  if (moved.length > 0) {
    await refreshInstances(tx, moved, ids);
    await refreshQueued(tx, moved);
  }
  return new Set(moved);
}

/** As `moveToVersion`, for one run and the newest version of its Dag. @returns whether it was on another version */
export async function moveToNewest(tx: Sql, dagId: string, dagRunId: number, ids: readonly number[]): Promise<boolean> {
  const newest = await findCurrentVersionId(tx, dagId);
  return newest !== undefined && (await moveToVersion(tx, newest, [dagRunId], ids)).has(dagRunId);
}
