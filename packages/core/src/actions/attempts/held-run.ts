import { invariant } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { indexOf } from "../../domain/run-index.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "../../domain/snapshot.ts";
import { loadRuns } from "../../store/load-run.ts";
import type { ActionContext } from "../context.ts";
import { preparedVersions } from "./version-cache.ts";

/** A run as the domain sees it, in a transaction that holds its row: so its version cannot move, and schedulers that decided meanwhile load it anew. */
export async function readHeldRun(tx: Sql, { database }: ActionContext, dagRunId: number): Promise<RunSnapshot> {
  const [loaded] = await loadRuns(
    tx,
    [dagRunId],
    async (ids) => new Map([...(await preparedVersions(database, tx, ids))].map(([id, { graph }]) => [id, graph])),
  );
  invariant(loaded, "a locked run is gone");
  return loaded.snapshot;
}

/** The task instance whose current attempt it is; undefined where it is none's. */
export function instanceOfAttempt(
  { graph, taskInstances }: RunSnapshot,
  attemptId: string,
): TaskInstanceSnapshot | undefined {
  return taskInstances[indexOf(graph, taskInstances).byAttempt.get(attemptId) ?? -1];
}
