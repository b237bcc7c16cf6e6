import { createHash } from "node:crypto";
import {
  actionEntry,
  type ActionName,
  type ActionResource,
  isJsonObject,
  type JsonValue,
  refusal,
  type Verdict,
} from "@windlass/contract";
import { findIdempotent, type IdempotencyRow } from "../store/idempotency.ts";
import type { ActionContext } from "./context.ts";
import type { ActionRequest } from "./request.ts";

const KEY = /^[\x21-\x7e]{1,255}$/;

// What is stored for a key is the body and the answer; these may hold passwords, tokens and secret values, which are stored nowhere in plain.
const SECRET_RESOURCES: ReadonlySet<ActionResource> = new Set(["account", "api_key", "connection", "variable"]);

/** Whether the answer of an action is kept for an `Idempotency-Key`. */
export function keepsAnswers(name: ActionName): boolean {
  return !SECRET_RESOURCES.has(actionEntry(name).resource);
}

/** What an `Idempotency-Key` leads to: an earlier answer, a refusal, or nothing. */
export interface Replay<Result> {
  readonly answer?: { readonly result: Result };
  readonly verdicts: readonly Verdict[];
}

/** Looks up an earlier request with the same key, of the same principal and path. */
export async function replayOf<Result>(context: ActionContext, request: ActionRequest): Promise<Replay<Result>> {
  const { idempotencyKey: key, principal } = request;
  if (key === undefined || principal.id === 0) return { verdicts: [] };
  if (!KEY.test(key))
    return {
      verdicts: [
        {
          phase: "idempotency",
          refusal: refusal("idempotency.key_invalid", {}, { pointer: "header/Idempotency-Key" }),
        },
      ],
    };
  const earlier = await findIdempotent(context.database, principal.id, routeOf(request), key);
  if (!earlier) return { verdicts: [] };
  if (Buffer.from(earlier.bodyHash).equals(hashOf(request.body)))
    return { answer: { result: (earlier.answer.result ?? null) as unknown as Result }, verdicts: [] };
  const fields = differingFields(earlier.body, request.body ?? null);
  const why = refusal(
    "idempotency.key_reused",
    { key, fields: fields.join(", ") },
    { pointer: "header/Idempotency-Key", expected: earlier.body, actual: request.body ?? null },
  );
  return { verdicts: [{ phase: "idempotency", refusal: why }] };
}

/** The row that keeps an answer for its key. */
export function idempotencyRow(request: ActionRequest, result: unknown): IdempotencyRow {
  return {
    accountId: request.principal.id,
    route: routeOf(request),
    key: request.idempotencyKey ?? "",
    bodyHash: hashOf(request.body),
    body: request.body ?? null,
    answer: { result: JSON.parse(JSON.stringify(result ?? null)) as JsonValue },
  };
}

function routeOf(request: ActionRequest): string {
  return `${request.method} ${request.path.split("?")[0] ?? ""}`.slice(0, 1000);
}

function hashOf(body: JsonValue | undefined): Buffer {
  return createHash("sha256")
    .update(canonical(body ?? null))
    .digest();
}

/** JSON with sorted names, so that the order in which a client writes them does not matter. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((each: JsonValue) => canonical(each)).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`);
  return `{${entries.join(",")}}`;
}

function differingFields(before: JsonValue, now: JsonValue): readonly string[] {
  if (!isJsonObject(before) || !isJsonObject(now)) return ["the body"];
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter(
    (name) => canonical(before[name] ?? null) !== canonical(now[name] ?? null) || name in before !== name in now,
  );
}
