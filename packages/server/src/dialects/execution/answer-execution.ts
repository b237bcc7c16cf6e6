import { invariant, orderVerdicts, type Principal, refusal, type Refusal, RefusalError } from "@windlass/contract";
import {
  type ActionRequest,
  ANONYMOUS,
  attemptUnknown,
  identifyAttempt,
  type IdentifiedAttempt,
  permissionVerdicts,
  tokenOver,
} from "@windlass/core/actions";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type About, type Answering, answerFailure, incomingOf, refuseCall, send } from "../../answering.ts";
import { identify } from "../../authentication/identify.ts";
import type { Incoming } from "../../incoming.ts";
import { readRequest, type ReadRequest } from "../../request/read-request.ts";
import { EXECUTION_VERSION } from "./versions.ts";
import { executionManners } from "./manners.ts";
import type { ExecutionCall, ExecutionOperation } from "./operation.ts";

/**
 * Answers a request to the execution API. It has a way of its own beside the dialects for people: its callers are attempts with a token each, whose
 * rights follow from the attempt's row and not from roles; only workers that ask for work come with an account's key.
 */
export async function answerExecution(
  answering: Answering,
  operation: ExecutionOperation,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const incoming = incomingOf(request, reply);
  const { server } = answering;
  let about: About = { operation: { path: operation.path } };
  reply.header("airflow-api-version", EXECUTION_VERSION);
  try {
    const rawParams = pathParams(operation, request.params as Record<string, string>);
    const strict = server.actions.config.api.airflow_strict;
    const read = readRequest(operation, executionManners, rawParams, incoming, strict);
    const caller = await callerOf(answering, operation, incoming, rawParams);
    about = { ...about, principal: caller.principal, claimedName: caller.principal.name };
    if (caller.refused) return await refuseCall(answering, request, reply, [caller.refused], about);
    const [first, ...rest] = orderVerdicts(read.verdicts, "v2", true);
    if (first) return await refuseCall(answering, request, reply, [first, ...rest], about);
    if (caller.identified?.refreshedToken !== undefined)
      reply.header("refreshed-api-token", caller.identified.refreshedToken);
    const call: ExecutionCall<unknown, unknown, unknown> = {
      server,
      params: read.params,
      query: read.query,
      body: read.body,
      bytes: incoming.bytes,
      attempt: () => {
        const row = caller.identified?.row;
        invariant(row, `${operation.operationId} is no operation of attempts`);
        return row;
      },
      principal: caller.principal,
      request: actionRequest(operation, incoming, caller.principal, read),
      signal: incoming.signal,
    };
    return await send(executionManners, await operation.handle(call as ExecutionCall<never, never, never>), reply);
  } catch (error) {
    return answerFailure(answering, error, request, reply, about);
  }
}

interface Caller {
  readonly principal: Principal;
  readonly refused?: Refusal;
  readonly identified?: IdentifiedAttempt;
}

async function callerOf(
  { server }: Answering,
  { access }: ExecutionOperation,
  incoming: Incoming,
  params: Readonly<Record<string, string>>,
): Promise<Caller> {
  if (access === "open") return { principal: ANONYMOUS };
  if (access === "worker") {
    const { principal, verdicts } = await identify(server, incoming, "v2");
    const [first] = [...verdicts, ...permissionVerdicts({ principal, verdicts }, "worker.serve", { dagId: null })];
    return first === undefined ? { principal } : { principal, refused: first.refusal };
  }
  const identified = await identifyAttempt(server.actions, incoming.headers.authorization);
  if ("refused" in identified) return { principal: ANONYMOUS, refused: identified.refused };
  const { attemptId, row } = identified;
  const principal = principalOf(attemptId, row);
  if (access !== "running" && params.task_instance_id?.toLowerCase() !== attemptId) {
    const airflow = { v2: "Token subject does not match task instance ID" };
    return {
      principal,
      refused: refusal(
        "execution.token_foreign",
        { attempt_id: attemptId },
        { pointer: "path/task_instance_id", airflow },
      ),
    };
  }
  if (!row) return { principal, refused: attemptUnknown(attemptId) };
  if (access !== "own" && !(row.isCurrent && row.state === "running"))
    return { principal, refused: tokenOver(attemptId) };
  return { principal, identified };
}

/** An attempt holds no permission of FAB's: what it may do is what its operations do. */
function principalOf(attemptId: string, row: IdentifiedAttempt["row"]): Principal {
  return {
    kind: "task",
    id: 0,
    name: row ? `${row.dagId}.${row.taskId}` : "an attempt",
    roles: [],
    permissions: new Set(),
    credential: { kind: "token", id: attemptId },
  };
}

function actionRequest(
  operation: ExecutionOperation,
  incoming: Incoming,
  principal: Principal,
  read: ReadRequest,
): ActionRequest {
  return {
    principal,
    door: "execution",
    dialect: "v2",
    requestId: incoming.requestId,
    client: { address: incoming.address, userAgent: incoming.headers["user-agent"] ?? null },
    method: incoming.method,
    path: incoming.path + incoming.search,
    route: operation.path,
    body: read.rawBody,
  };
}

/** Names the wildcard, which here stands in the middle: `{key:path}/slice`. */
function pathParams(operation: ExecutionOperation, params: Record<string, string>): Record<string, string> {
  const wildcard = /\{(\w+):path\}/.exec(operation.path)?.[1] ?? "*";
  const named: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    if (value === "")
      throw new RefusalError(refusal("route.unknown", { method: operation.method, path: operation.path, near: "" }));
    named[name === "*" ? wildcard : name] = value;
  }
  return named;
}
