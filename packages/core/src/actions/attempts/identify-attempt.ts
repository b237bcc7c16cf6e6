import { type Refusal, refusal } from "@windlass/contract";
import { type AttemptRow, findAttempt } from "../../store/held-attempts.ts";
import { readAuthorization } from "../accounts/read-authorization.ts";
import type { ActionContext } from "../context.ts";

/** Whose token a request brought. */
export interface IdentifiedAttempt {
  readonly attemptId: string;
  /** undefined: the attempt is gone, with its run. */
  readonly row: AttemptRow | undefined;
  /** A fresh token in place of an ageing one, as long as the attempt may run. */
  readonly refreshedToken: string | undefined;
}

const AT_HEADER = { pointer: "header/Authorization" };

/** Which attempt a request comes from, by the token in its header. As on Airflow a missing token is 401 and a wrong one 403. */
export async function identifyAttempt(
  context: Pick<ActionContext, "database" | "taskTokens">,
  authorization: string | undefined,
): Promise<IdentifiedAttempt | { readonly refused: Refusal }> {
  const header = readAuthorization(authorization);
  if (header.kind !== "bearer") {
    const data = { schemes: "Bearer with the token of an attempt" };
    return { refused: refusal("credentials.missing", data, { ...AT_HEADER, airflow: { v2: "Missing auth token" } }) };
  }
  const token = await context.taskTokens.verify(header.token);
  if ("problem" in token) {
    const details = { ...AT_HEADER, airflow: { v2: "Invalid auth token" } };
    return { refused: refusal("execution.token_wrong", { problem: token.problem }, details) };
  }
  const { attemptId } = token;
  const row = await findAttempt(context.database, attemptId);
  const mayRun = row?.isCurrent === true && (row.state === "queued" || row.state === "running");
  const refreshedToken = token.isAgeing && mayRun ? await context.taskTokens.sign(attemptId) : undefined;
  return { attemptId, row, refreshedToken };
}
