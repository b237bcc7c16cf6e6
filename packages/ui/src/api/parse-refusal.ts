import { isJsonObject, jsonText } from "./json.ts";
import { type Refusal, RefusedError, type SuggestedRequest, type Warning } from "./refusal.ts";
import type { JsonValue } from "@windlass/contract/browser";

/** Reads the refusals out of an answer of any dialect: `windlass` beside Airflow's body, or the native shape. */
export function parseRefusal(status: number, body: unknown, requestId: string | null): RefusedError {
  const first = isJsonObject(body) ? (isJsonObject(body.windlass) ? body.windlass : body.refusal) : undefined;
  const also =
    isJsonObject(body) && isJsonObject(body.windlass) ? body.windlass.also : isJsonObject(body) ? body.also : undefined;
  const id = requestId ?? (isJsonObject(first) && typeof first.requestId === "string" ? first.requestId : null);
  const refusal = toRefusal(first) ?? plain(status, body);
  const others = Array.isArray(also) ? also.map(toRefusal).filter((each) => each !== undefined) : [];
  return new RefusedError(status, [refusal, ...others], id);
}

/** One refusal of an answer; undefined where it is none. */
export function toRefusal(value: unknown): Refusal | undefined {
  if (!isJsonObject(value) || typeof value.code !== "string") return undefined;
  const text = (name: string): string => (typeof value[name] === "string" ? value[name] : "");
  return {
    code: value.code,
    summary: text("summary"),
    reason: text("reason"),
    fix: text("fix"),
    ...(typeof value.docs === "string" ? { docs: value.docs } : {}),
    ...(typeof value.pointer === "string" ? { pointer: value.pointer } : {}),
    ...(value.expected === undefined ? {} : { expected: value.expected }),
    ...(value.actual === undefined ? {} : { actual: value.actual }),
    ...(Array.isArray(value.missing) ? { missing: value.missing.map(String) } : {}),
    ...(typeof value.retryAfterSeconds === "number" ? { retryAfterSeconds: value.retryAfterSeconds } : {}),
    ...withSuggestion("suggestedRequest", value.suggestedRequest),
  };
}

/** The warnings beside an allowed answer's own members. */
export function toWarnings(value: unknown): readonly Warning[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).map((each) => ({
    code: jsonText(each.code),
    summary: typeof each.summary === "string" ? each.summary : "",
    fix: typeof each.fix === "string" ? each.fix : "",
    ...withSuggestion("offer", each.offer),
  }));
}

function withSuggestion<Name extends string>(name: Name, value: unknown): { [K in Name]?: SuggestedRequest } {
  if (!isJsonObject(value) || typeof value.method !== "string" || typeof value.path !== "string") return {};
  const made: SuggestedRequest = {
    method: value.method,
    path: value.path,
    ...(value.body === undefined ? {} : { body: value.body }),
  };
  return { [name]: made } as { [K in Name]?: SuggestedRequest };
}

function plain(status: number, body: unknown): Refusal {
  const detail: JsonValue | undefined = isJsonObject(body) ? body.detail : undefined;
  return {
    code: `http.${status}`,
    summary: `The server answered ${status}`,
    reason:
      typeof detail === "string"
        ? detail
        : detail === undefined
          ? `The server answered ${status} without saying why.`
          : JSON.stringify(detail),
    fix:
      status >= 500
        ? "Try again; if it stays so, look into the server's log under the request id."
        : "Look at the request that was sent.",
  };
}
