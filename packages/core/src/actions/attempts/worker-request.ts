import type { AttemptRequest, AttemptResponse } from "@windlass/contract";
import type { AttemptRow } from "../../store/held-attempts.ts";
import type { WorkerFacts } from "../../store/workers.ts";
import type { ActionContext } from "../context.ts";
import { resolveConnection, resolveVariable } from "../objects/connection-secrets.ts";
import { answerAttempt } from "./answer-attempt.ts";

export { forgetWorker, noteWorker } from "../../store/workers.ts";

/** A worker that asks for work, with the attempts it runs. */
export interface PolledWorker extends WorkerFacts {
  readonly attempts: readonly string[];
}

/** Answers what an attempt on a worker asks, exactly as one beside the scheduler is answered. Never rejects. */
export async function answerWorkerRequest(
  context: ActionContext,
  attempt: AttemptRow,
  request: AttemptRequest,
  onProblem: (error: unknown) => void,
): Promise<AttemptResponse> {
  const { database } = context;
  return answerAttempt(
    {
      database,
      secrets: {
        getConnection: async (id) => (await resolveConnection(context, database, id)) ?? null,
        getVariable: async (key) => (await resolveVariable(context, database, key)) ?? null,
      },
      actions: () => context,
      xcomObjects: context.xcomObjects,
      held: () => attempt,
      onProblem,
    },
    attempt.attemptId,
    request,
  );
}
