import type { Dialect, JsonValue, Principal, Refusal } from "@windlass/contract";
import { readBody } from "./request/body-text.ts";
import { JSON_LIMITS } from "./request/json-reader.ts";
import { doorOf } from "./door.ts";
import type { Incoming } from "./incoming.ts";
import type { Operation } from "./operation.ts";
import type { Server } from "./server.ts";

/** A refusal as it was answered. */
export interface AnsweredRefusal {
  readonly incoming: Incoming;
  readonly refusals: readonly [Refusal, ...Refusal[]];
  readonly status: number;
  readonly dialect: Dialect;
  readonly principal: Principal;
  readonly claimedName: string | null;
  readonly operation: (Pick<Operation, "path"> & { readonly action?: Operation["action"] }) | undefined;
}

/** Keeps a row of a refused request. Failures of the server itself are none. */
export function recordRefusals(server: Server, answered: AnsweredRefusal): void {
  const { incoming, principal, operation } = answered;
  if (answered.status >= 500 || asksWhoItIs(answered)) return;
  server.actions.refusals.record({
    requestId: incoming.requestId,
    principal,
    claimedName: answered.claimedName,
    door: doorOf(answered.dialect, principal, incoming.headers),
    dialect: answered.dialect,
    method: incoming.method,
    path: incoming.path + incoming.search,
    route: operation?.path ?? null,
    status: answered.status,
    dagId: /\/dags\/([^/~]+)/.exec(decoded(incoming.path))?.[1] ?? null,
    headers: incoming.headers,
    body: bodyOf(incoming),
    refusals: answered.refusals,
  });
}

/** The web page asks at every visit whether somebody is signed in; "nobody" is the answer there, not a mistake that anyone should read of. */
function asksWhoItIs({ operation, refusals }: AnsweredRefusal): boolean {
  return operation?.action === "me.read" && refusals[0].code === "credentials.missing";
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function bodyOf(incoming: Incoming): JsonValue | undefined {
  const reading = readBody(incoming.bytes, incoming.headers["content-type"], JSON_LIMITS);
  if (reading === undefined) return undefined;
  if ("value" in reading) return reading.value;
  // What is no JSON cannot be searched for secrets, so only its size is kept.
  return { windlass: `no JSON: ${String(incoming.bytes?.length ?? 0)} bytes` };
}
