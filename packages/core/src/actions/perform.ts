import {
  type DecisionWarning,
  invariant,
  orderVerdicts,
  RefusalError,
  type Verdict,
  warning,
} from "@windlass/contract";
import { isUniqueViolation } from "../database/database-error.ts";
import { insertAudit, type AuditRow } from "../store/audit.ts";
import { insertIdempotent } from "../store/idempotency.ts";
import type { Action, Alongside, Executed } from "./action.ts";
import type { ActionContext } from "./context.ts";
import { decideRequest } from "./decide-request.ts";
import { idempotencyRow, keepsAnswers, replayOf } from "./idempotent.ts";
import { permissionVerdicts } from "./permission-verdicts.ts";
import type { ActionRequest } from "./request.ts";

/** What a request that was allowed comes to. */
export interface Performed<Result> {
  readonly result: Result;
  readonly warnings: readonly DecisionWarning[];
  /** The answer is that of an earlier request with the same `Idempotency-Key`. */
  readonly replayed: boolean;
}

/**
 * Decides a request and, where it is allowed, executes it in one transaction with its audit row.
 * @throws RefusalError with every refusal, ordered as the request's dialect orders them
 */
export async function perform<Input, Plan, Result>(
  context: ActionContext,
  request: ActionRequest,
  action: Action<Input, Plan, Result>,
  input: Input,
): Promise<Performed<Result>> {
  if (request.idempotencyKey === undefined || keepsAnswers(action.name))
    return performKeyed(context, request, action, input);
  const done = await performKeyed(context, { ...request, idempotencyKey: undefined }, action, input);
  return { ...done, warnings: [...done.warnings, warning("idempotency_not_kept")] };
}

async function performKeyed<Input, Plan, Result>(
  context: ActionContext,
  request: ActionRequest,
  action: Action<Input, Plan, Result>,
  input: Input,
): Promise<Performed<Result>> {
  const replay = await replayOf<Result>(context, request);
  if (replay.answer)
    return { result: replayed(request, action, input, replay.answer.result), warnings: [], replayed: true };
  try {
    return await decideAndExecute(context, request, action, input, replay.verdicts);
  } catch (error) {
    if (request.idempotencyKey === undefined || !(isClashOfKeys(error) || error instanceof RefusalError)) throw error;
    // Two requests with one key at the same moment: the other one was first, and its answer is the answer. What it did may be why this one was refused.
    const other = await replayOf<Result>(context, request);
    if (other.answer)
      return { result: replayed(request, action, input, other.answer.result), warnings: [], replayed: true };
    if (!isClashOfKeys(error)) throw error;
    const [first, ...rest] = other.verdicts.map(({ refusal }) => refusal);
    invariant(first !== undefined, "an idempotency key clashed and is not there");
    throw new RefusalError(first, ...rest);
  }
}

function isClashOfKeys(error: unknown): boolean {
  return isUniqueViolation(error, "idempotency_key_pkey");
}

async function decideAndExecute<Input, Plan, Result>(
  context: ActionContext,
  request: ActionRequest,
  action: Action<Input, Plan, Result>,
  input: Input,
  others: readonly Verdict[],
): Promise<Performed<Result>> {
  const decision = await decideRequest(context, request, action, input, "execute", others);
  if (!decision.allowed) throw new RefusalError(...decision.refusals);
  const subject = action.subject(input);
  const alongside: Alongside<Result> = {
    audit: (executed) => auditRow(request, action, { ...subject, ...executed.subject }, executed),
    idempotency: request.idempotencyKey === undefined ? null : (executed) => idempotencyRow(request, executed.result),
  };
  const executed = action.submit
    ? await action.submit(context, request, decision.plan, alongside)
    : await inTransaction(context, request, action, decision.plan, alongside);
  executed.afterCommit?.();
  return { result: executed.result, warnings: decision.warnings, replayed: false };
}

/** The kept answer, for whoever may still do the action; what has changed in the world since does not matter. */
function replayed<Input, Plan, Result>(
  request: ActionRequest,
  action: Action<Input, Plan, Result>,
  input: Input,
  result: Result,
): Result {
  const verdicts = [...permissionVerdicts(request, action.name, action.subject(input)), ...(request.verdicts ?? [])];
  const [first, ...rest] = orderVerdicts(verdicts, request.dialect, false);
  if (first) throw new RefusalError(first, ...rest);
  return result;
}

async function inTransaction<Input, Plan, Result>(
  context: ActionContext,
  request: ActionRequest,
  action: Action<Input, Plan, Result>,
  plan: Plan,
  alongside: Alongside<Result>,
): Promise<Executed<Result>> {
  return context.database.transaction(async (tx) => {
    const executed = await action.execute(tx, context, request, plan);
    await insertAudit(tx, [alongside.audit(executed)]);
    if (alongside.idempotency) await insertIdempotent(tx, [alongside.idempotency(executed)]);
    return executed;
  });
}

function auditRow<Result>(
  request: ActionRequest,
  action: Pick<Action<never, never, never>, "name" | "event">,
  subject: {
    readonly dagId?: string | null;
    readonly runId?: string;
    readonly taskId?: string;
    readonly mapIndex?: number;
    readonly object?: string;
  },
  executed: Executed<Result>,
): AuditRow {
  const { principal } = request;
  return {
    action: action.event ?? action.name,
    accountId: principal.id === 0 ? null : principal.id,
    accountName: principal.name,
    credentialKind: principal.credential.kind,
    credentialId: principal.credential.id,
    door: request.door,
    dagId: subject.dagId ?? null,
    runId: subject.runId ?? null,
    taskId: subject.taskId ?? null,
    mapIndex: subject.mapIndex ?? null,
    object: subject.object ?? null,
    // As Airflow 3, which keeps the method beside what was sent.
    extra: request.dialect === "v2" ? { ...executed.extra, method: request.method } : (executed.extra ?? null),
    requestId: request.requestId,
  };
}
