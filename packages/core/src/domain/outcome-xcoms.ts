import { RETURN_VALUE_KEY, type AttemptOutcome, type JsonValue, type XcomElsewhere } from "@windlass/contract";
import { SKIP_XCOM_KEY, skippedTasks } from "./skipping/skipped-tasks.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "./snapshot.ts";

/** An XCom that a report leaves. */
export interface OutcomeXcom {
  readonly taskInstanceId: number;
  readonly key: string;
  readonly value: JsonValue;
  /** In place of the value. */
  readonly elsewhere?: XcomElsewhere;
  /** The attempt that left it. */
  readonly attemptId: string;
}

/** What an accepted report leaves as XComs: the return value, and under Airflow's key what a branch decided. */
export function outcomeXcoms(
  { graph }: RunSnapshot,
  { id, taskId, attemptId }: Pick<TaskInstanceSnapshot, "id" | "taskId" | "attemptId">,
  outcome: AttemptOutcome,
): readonly OutcomeXcom[] {
  if (outcome.state !== "success") return [];
  const { returnValue, returnElsewhere, skip } = outcome;
  const skipped = skip === undefined ? undefined : skippedTasks(graph, taskId, skip);
  // The branch named what is not there: its attempt has failed.
  if (skipped?.kind === "unknown") return [];
  const found: OutcomeXcom[] = [];
  // As on Airflow a handler that returns nothing leaves no XCom.
  const left = { taskInstanceId: id, attemptId, key: RETURN_VALUE_KEY };
  if (graph.tasks.get(taskId)?.doXcomPush === true) {
    if (returnElsewhere !== undefined) found.push({ ...left, value: null, elsewhere: returnElsewhere });
    else if (returnValue !== undefined && returnValue !== null) found.push({ ...left, value: returnValue });
  }
  if (skipped?.kind === "skipped") found.push({ ...left, key: SKIP_XCOM_KEY, value: skipped.xcom });
  return found;
}
