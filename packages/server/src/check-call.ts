import { type Principal, type Refusal, RefusalError } from "@windlass/contract";
import { type Answering, mannersFor } from "./answering.ts";
import { CheckEnded } from "./call.ts";
import type { Incoming } from "./incoming.ts";
import { runOperation } from "./run-operation.ts";
import type { CheckedCall, DescribedRequest } from "./server.ts";
import { unknownRoute } from "./unknown-route.ts";

/** Decides a described request as a principal, by the very path that an executed one takes. */
export async function checkDescribedCall(
  answering: Answering,
  described: DescribedRequest,
  principal: Principal,
  requestId: string,
): Promise<CheckedCall> {
  const query = described.path.indexOf("?");
  const method = described.method.toUpperCase();
  const incoming: Incoming = {
    method,
    path: query === -1 ? described.path : described.path.slice(0, query),
    search: query === -1 ? "" : described.path.slice(query),
    headers: {
      ...lowerCased(described.headers),
      ...(described.body === undefined ? {} : { "content-type": "application/json" }),
    },
    bytes: described.body === undefined ? undefined : Buffer.from(JSON.stringify(described.body)),
    address: null,
    requestId,
    signal: new AbortController().signal,
  };
  const manners = mannersFor(answering, incoming.path);
  const found = answering.server.operations.find(method, incoming.path);
  if (found === undefined) return refused([unknownRoute(answering.server, incoming)], manners.dialect);
  const usual = found.operation.answers[0] ?? 200;
  try {
    await runOperation({
      server: answering.server,
      manners,
      operation: found.operation,
      rawParams: found.params,
      incoming,
      identified: { principal, verdicts: [] },
      mode: "check",
    });
    return { allowed: true, status: usual, warnings: [], refusals: [] };
  } catch (error) {
    if (error instanceof RefusalError) return refused(error.refusals, manners.dialect);
    if (!(error instanceof CheckEnded)) throw error;
    const { decision } = error;
    return decision.allowed
      ? { allowed: true, status: usual, warnings: decision.warnings, refusals: [] }
      : refused(decision.refusals, manners.dialect);
  }
}

function refused(refusals: readonly [Refusal, ...Refusal[]], dialect: "v1" | "v2" | "native"): CheckedCall {
  return { allowed: false, status: refusals[0].status[dialect], warnings: [], refusals };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
