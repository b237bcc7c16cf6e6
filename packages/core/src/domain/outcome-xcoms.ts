import { RETURN_VALUE_KEY, type AttemptOutcome, type JsonValue } from "@windlass/contract";
import { SKIP_XCOM_KEY, skippedTasks } from "./skipping/skipped-tasks.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "./snapshot.ts";

/** An XCom that a report leaves. */
export interface OutcomeXcom {
  readonly taskInstanceId: number;
  readonly key: string;
  readonly value: JsonValue;
}

/** What an accepted report leaves as XComs: the return value, and under Airflow's key what a branch decided. */
export function outcomeXcoms(
  { graph }: RunSnapshot,
  { id, taskId }: Pick<TaskInstanceSnapshot, "id" | "taskId">,
  outcome: AttemptOutcome,
): readonly OutcomeXcom[] {
  if (outcome.state !== "success") return [];
  const { returnValue, skip } = outcome;
  const found: OutcomeXcom[] = [];
  // As on Airflow a handler that returns nothing leaves no XCom.
  if (returnValue !== undefined && returnValue !== null && graph.tasks.get(taskId)?.doXcomPush === true)
    found.push({ taskInstanceId: id, key: RETURN_VALUE_KEY, value: returnValue });
  const skipped = skip === undefined ? undefined : skippedTasks(graph, taskId, skip);
  if (skipped?.kind === "skipped") found.push({ taskInstanceId: id, key: SKIP_XCOM_KEY, value: skipped.xcom });
  return found;
}
