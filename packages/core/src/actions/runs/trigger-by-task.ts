import { randomUUID } from "node:crypto";
import {
  type BetweenDagsRequest,
  type DagRunValue,
  type DecisionWarning,
  invariant,
  isJsonObject,
  permissionKey,
  type Principal,
  refuse,
  RefusalError,
} from "@windlass/contract";
import { findDagRunValue, findRunByTriggerKey } from "../../queries/between-dags.ts";
import { findTriggeringAttempt, setTriggerKey } from "../../store/triggering-attempt.ts";
import type { ActionContext } from "../context.ts";
import { perform } from "../perform.ts";
import type { ActionRequest, TriggeringAttempt } from "../request.ts";
import { clearRun } from "../task-instances/clear-task-instances.ts";
import { triggerKeyOf } from "./run-plan.ts";
import { triggerRun } from "./trigger-run.ts";

/** What a task's trigger came to. */
export interface TaskTriggered {
  readonly run: DagRunValue;
  readonly warnings: readonly DecisionWarning[];
}

// As on Airflow a task may trigger every Dag: its author wrote so, and whoever may trigger the author's Dag may do no more by it.
const PERMISSIONS: ReadonlySet<string> = new Set(
  (
    [
      ["can_read", "DAGs"],
      ["can_edit", "DAGs"],
      ["can_read", "DAG Runs"],
      ["can_create", "DAG Runs"],
      ["can_edit", "DAG Runs"],
    ] as const
  ).map(permissionKey),
);

const TAKEN: readonly string[] = ["run.id_taken", "run.logical_date_taken"];

/**
 * Makes a run for a task that is running, by the very decision of every other trigger. What a repeated attempt of the same try asks again is answered with
 * the run that is there.
 * @param attemptId the current attempt of the task instance
 * @throws RefusalError
 */
export async function triggerByTask(
  context: ActionContext,
  attemptId: string,
  asked: Extract<BetweenDagsRequest, { readonly kind: "triggerDagRun" }>,
): Promise<TaskTriggered> {
  const found = await findTriggeringAttempt(context.database, attemptId);
  if (!found) throw refuse("execution.no_permission", { attempt_id: attemptId });
  const attempt: TriggeringAttempt = { ...found, attemptId, call: asked.call };
  const before = await findRunByTriggerKey(context.database, triggerKeyOf(attempt));
  if (before) return { run: before, warnings: [] };
  const request = requestOf(attempt, asked.dagId);
  const input = {
    dagId: asked.dagId,
    dagRunId: asked.runId,
    logicalDate: asked.logicalDate,
    runAfter: asked.runAfter,
    conf: asked.conf,
    note: asked.note,
  };
  try {
    const { result, warnings } = await perform(context, request, triggerRun, input);
    return { run: await read(context, asked.dagId, result.runId), warnings };
  } catch (error) {
    const taken = asked.reset === true && error instanceof RefusalError ? takenBy(error) : undefined;
    if (taken === undefined) throw error;
    return reset(context, request, attempt, asked.dagId, taken);
  }
}

/** The run that has the id or the logical date, where nothing else speaks against the trigger. */
function takenBy({ refusals }: RefusalError): string | undefined {
  if (refusals.some(({ code }) => !TAKEN.includes(code))) return undefined;
  const current = refusals[0].currentValue;
  const runId = isJsonObject(current) ? current["dag_run_id"] : undefined;
  return typeof runId === "string" ? runId : undefined;
}

/** Clears the run that is there: it is executed anew with the conf it has, as on Airflow. */
async function reset(
  context: ActionContext,
  request: ActionRequest,
  attempt: TriggeringAttempt,
  dagId: string,
  runId: string,
): Promise<TaskTriggered> {
  const cleared = await perform(context, request, clearRun, { dagId, runs: { runId }, selection: {}, dryRun: false });
  await setTriggerKey(context.database, dagId, runId, triggerKeyOf(attempt));
  return { run: await read(context, dagId, runId), warnings: cleared.warnings };
}

async function read({ database }: ActionContext, dagId: string, runId: string): Promise<DagRunValue> {
  const run = await findDagRunValue(database, dagId, runId);
  invariant(run, "a run just made is gone");
  return run;
}

function requestOf(attempt: TriggeringAttempt, dagId: string): ActionRequest {
  const principal: Principal = {
    kind: "task",
    id: 0,
    name: `${attempt.dagId}.${attempt.taskId}`,
    roles: [],
    permissions: PERMISSIONS,
    credential: { kind: "none", id: attempt.attemptId },
  };
  return {
    principal,
    door: "operator",
    dialect: "native",
    requestId: randomUUID(),
    client: { address: null, userAgent: null },
    method: "POST",
    path: `/dags/${dagId}/dagRuns`,
    route: "/dags/{dag_id}/dagRuns",
    attempt,
  };
}
