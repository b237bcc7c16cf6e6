import type { JsonObject, JsonValue, Refusal } from "@windlass/contract";

/** What Windlass says about a refusal, beside what Airflow would say: the same members in every dialect. */
export function windlassMember(refusals: readonly [Refusal, ...Refusal[]], requestId: string): JsonObject {
  const [first, ...rest] = refusals;
  const member: Record<string, JsonValue> = { ...told(first), requestId };
  if (rest.length > 0) member.also = rest.map(told);
  return member;
}

/** One refusal as callers see it; the shapes of other programs left out. */
export function told(refusal: Refusal): JsonObject {
  const { status: _status, airflow: _airflow, suggestedRequest, missing, ...rest } = refusal;
  return {
    ...rest,
    ...(missing === undefined ? {} : { missing: [...missing] }),
    ...(suggestedRequest === undefined ? {} : { suggestedRequest: { ...suggestedRequest } as unknown as JsonObject }),
  };
}
