import { type AttemptResponse, type BetweenDagsRequest, refusal, RefusalError } from "@windlass/contract";
import type { ActionContext } from "../context.ts";
import { triggerByTask } from "../runs/trigger-by-task.ts";
import type { Database } from "../../database/sql.ts";
import {
  countDagRuns,
  countTaskInstances,
  findDagRunValue,
  findDagValue,
  findPreviousDagRun,
  readTaskStates,
} from "../../queries/between-dags.ts";

/** What answers about other Dags are made from. */
export interface BetweenDagsOptions {
  readonly database: Database;
  /** What runs are made with; left out where this process makes none. */
  readonly actions: (() => ActionContext) | undefined;
}

/** Answers what an attempt asks about other Dags; as on Airflow a task may know of all of them. */
export async function answerBetweenDags(
  { database, actions }: BetweenDagsOptions,
  attemptId: string,
  request: BetweenDagsRequest,
): Promise<AttemptResponse> {
  switch (request.kind) {
    case "triggerDagRun":
      return trigger(actions, attemptId, request);
    case "getDag":
      return { kind: "dag", value: (await findDagValue(database, request.dagId)) ?? null };
    case "getDagRun":
      return { kind: "dagRun", value: (await findDagRunValue(database, request.dagId, request.runId)) ?? null };
    case "getPreviousDagRun": {
      const run = await findPreviousDagRun(database, request.dagId, request.logicalDate, request.state);
      return { kind: "dagRun", value: run ?? null };
    }
    case "countDagRuns":
      return { kind: "count", value: await countDagRuns(database, request, request.states) };
    case "countTaskInstances":
      return { kind: "count", value: await countTaskInstances(database, request, request.states) };
    case "getTaskStates":
      return { kind: "taskStates", value: await readTaskStates(database, request) };
  }
}

async function trigger(
  actions: BetweenDagsOptions["actions"],
  attemptId: string,
  request: Extract<BetweenDagsRequest, { kind: "triggerDagRun" }>,
): Promise<AttemptResponse> {
  if (!actions) return { kind: "refused", refusal: refusal("execution.not_answered", { request: request.kind }) };
  try {
    const { run, warnings } = await triggerByTask(actions(), attemptId, request);
    return { kind: "dagRun", value: run, warnings: warnings.map(({ summary }) => summary) };
  } catch (error) {
    if (error instanceof RefusalError) return { kind: "refused", refusal: error.refusals[0] };
    throw error;
  }
}
