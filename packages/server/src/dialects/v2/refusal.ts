import { isJsonObject, type JsonValue, type Refusal } from "@windlass/contract";
import type { Rendered } from "../../dialect.ts";
import { windlassMember } from "../../windlass-member.ts";

/** A refusal as Airflow 3 shapes it, with Windlass's explanation beside it. */
export function renderV2(refusals: readonly [Refusal, ...Refusal[]], requestId: string): Rendered {
  const [first] = refusals;
  const windlass = windlassMember(refusals, requestId);
  const status = first.status.v2;
  // Airflow's router answers with `error`, everything behind it with `detail`.
  const said = first.code === "route.unknown" ? { error: "API route not found" } : { detail: detail(refusals) };
  return { status, type: "application/json", body: { ...said, windlass } };
}

function detail(refusals: readonly [Refusal, ...Refusal[]]): JsonValue {
  const [first] = refusals;
  if (listItem(first) !== undefined) return refusals.map(listItem).filter((each) => each !== undefined);
  if (first.airflow?.v2 !== undefined) return first.airflow.v2;
  if (first.code === "route.method") return "Method Not Allowed";
  return first.reason;
}

/** One item of pydantic's list, where the refusal is one. */
function listItem(refusal: Refusal): JsonValue | undefined {
  const shape = refusal.airflow?.v2;
  return isJsonObject(shape) && Array.isArray(shape.loc) ? shape : undefined;
}
