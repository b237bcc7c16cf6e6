import { type DecisionWarning, isJsonObject } from "@windlass/contract";

/** Puts warnings into the member `windlass` of an answer's object; other bodies have only the header. */
export function attachWarnings(body: unknown, warnings: readonly DecisionWarning[], replayed: boolean): unknown {
  if ((warnings.length === 0 && !replayed) || !isJsonObject(body)) return body;
  return {
    ...body,
    windlass: { ...(warnings.length > 0 ? { warnings } : {}), ...(replayed ? { replayed: true } : {}) },
  };
}
