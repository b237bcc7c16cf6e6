import type { Sql } from "../../database/sql.ts";
import { tasksWithoutInstance } from "../../domain/align-with-version.ts";
import { findCurrentVersionId, insertInstances, moveRunToVersion, refreshInstances } from "../../store/run-versions.ts";
import { readRun } from "../runs/change-run.ts";

/**
 * Has a run whose row is locked go on on the newest version of its Dag: tasks that came with it get task instances. Those whose tasks are gone are
 * `alignInPass`' affair.
 * @param ids task instances that are to be cleared
 * @returns whether it was on another version
 */
export async function moveToNewest(tx: Sql, dagId: string, dagRunId: number, ids: readonly number[]): Promise<boolean> {
  const newest = await findCurrentVersionId(tx, dagId);
  if (newest === undefined || !(await moveRunToVersion(tx, dagRunId, newest))) return false;
  await insertInstances(tx, dagRunId, tasksWithoutInstance(await readRun(tx, dagRunId)));
  await refreshInstances(tx, dagRunId, ids);
  return true;
}
