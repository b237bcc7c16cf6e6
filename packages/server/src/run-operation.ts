import {
  actionEntry,
  type ActionName,
  authorize,
  type DecisionWarning,
  invariant,
  orderVerdicts,
  type Principal,
  readableDags,
  type Refusal,
  RefusalError,
  type Verdict,
} from "@windlass/contract";
import { type ActionRequest, decideRequest, perform, permissionVerdicts } from "@windlass/core/actions";
import type { Answer } from "./answer.ts";
import { type Call, CheckEnded, type PerformedCall } from "./call.ts";
import { doorOf } from "./door.ts";
import type { DialectManners } from "./dialect.ts";
import type { Incoming } from "./incoming.ts";
import type { Operation } from "./operation.ts";
import { readRequest } from "./request/read-request.ts";
import type { Server } from "./server.ts";

/** Whose request it is, and what speaks against taking it at all (identity, origin). */
export interface Identified {
  readonly principal: Principal;
  readonly verdicts: readonly Verdict[];
}

/** One request, ready to be run. */
export interface Run {
  readonly server: Server;
  readonly manners: DialectManners;
  readonly operation: Operation;
  readonly rawParams: Readonly<Record<string, string>>;
  readonly incoming: Incoming;
  readonly identified: Identified;
  readonly mode: "execute" | "check";
}

/**
 * Runs one operation: reads the request, judges the rights, and lets the handler answer. Reads stop at the first verdicts; what changes
 * something goes through `perform` in its handler, so that the action's own verdicts are told at the same time.
 * @throws RefusalError CheckEnded
 */
export async function runOperation(run: Run): Promise<Answer> {
  const { server, manners, operation, incoming, identified } = run;
  const strict = server.actions.config.api.airflow_strict;
  const read = readRequest(operation, manners, run.rawParams, incoming, strict);
  const entry = actionEntry(operation.action);
  const dagId = operation.dagId({ params: read.params, query: read.query, body: read.body });
  const request: ActionRequest = {
    principal: identified.principal,
    door: doorOf(operation.dialect, identified.principal, incoming.headers),
    dialect: operation.dialect,
    requestId: incoming.requestId,
    client: { address: incoming.address, userAgent: incoming.headers["user-agent"] ?? null },
    method: incoming.method,
    path: incoming.path + incoming.search,
    route: operation.path,
    body: read.rawBody,
    idempotencyKey: entry.mutates ? incoming.headers["idempotency-key"] : undefined,
    preferStrict: /\bhandling\s*=\s*strict\b/i.test(incoming.headers.prefer ?? ""),
    verdicts: [...identified.verdicts, ...read.verdicts],
    aliases: read.aliases,
  };
  if (!entry.mutates || entry.access === "anonymous" || !read.hasReadablePath) {
    const verdicts = [...permissionVerdicts(request, operation.action, { dagId }), ...(request.verdicts ?? [])];
    refuseIfAny(verdicts, run, dagId);
    if (run.mode === "check") throw new CheckEnded({ allowed: true, plan: null, warnings: [] });
  }
  let performed = false;
  let isOneOfMany = false;
  const call: Call<unknown, unknown, unknown> = {
    server,
    operation,
    principal: identified.principal,
    params: read.params,
    query: read.query,
    body: read.body,
    given: read.given,
    rawBody: read.rawBody,
    headers: incoming.headers,
    request,
    signal: incoming.signal,
    scope: () => readableDags(identified.principal),
    editScope: () => readableDags(identified.principal, "can_edit"),
    may: (action: ActionName, onDagId: string | null) =>
      authorize(identified.principal, action, { dagId: onDagId }).length === 0,
    async perform(action, input, verdicts = []) {
      performed = true;
      const key = isOneOfMany ? { idempotencyKey: undefined } : {};
      const asked = { ...request, ...key, verdicts: [...(request.verdicts ?? []), ...verdicts] };
      if (run.mode === "check")
        throw new CheckEnded(await decideRequest(server.actions, asked, action, input, "check"));
      const done: PerformedCall<unknown> = await perform(server.actions, asked, action, input);
      return done as PerformedCall<never>;
    },
    judgeAll(actions, verdicts = []) {
      performed = true;
      isOneOfMany = true;
      const lacking = actions.flatMap((action) => permissionVerdicts(request, action, { dagId }));
      refuseIfAny([...lacking, ...(request.verdicts ?? []), ...verdicts], run, dagId);
      if (run.mode === "check") throw new CheckEnded({ allowed: true, plan: null, warnings: [] });
    },
  };
  const answer = await operation.handle(call as Call<never, never, never>);
  invariant(
    !entry.mutates || entry.access === "anonymous" || performed,
    `${operation.operationId} changed something without a decision`,
  );
  return answer;
}

/** @throws RefusalError with all verdicts in the dialect's order, where there is any */
export function refuseIfAny(
  verdicts: readonly Verdict[],
  run: Pick<Run, "operation" | "identified">,
  dagId: string | null,
): void {
  if (verdicts.length === 0) return;
  const { principal } = run.identified;
  const mayRead = dagId === null || authorize(principal, "dag.read", { dagId }).length === 0;
  const [first, ...rest]: readonly Refusal[] = orderVerdicts(verdicts, run.operation.dialect, mayRead);
  if (first) throw new RefusalError(first, ...rest);
}

/** The value of the header `Warning`, as RFC 7234 has it: ASCII, quotes escaped. */
export function warningHeader(warnings: readonly DecisionWarning[]): string {
  return warnings
    .map(
      ({ code, summary }) =>
        `299 windlass "${`${code}: ${summary}`.replace(/[^\x20-\x7E]/g, "?").replace(/["\\]/g, "\\$&")}"`,
    )
    .join(", ");
}
