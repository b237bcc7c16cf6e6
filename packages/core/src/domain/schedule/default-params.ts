import type { JsonObject, SerializedDag } from "@windlass/contract";

/** The params of a run that nobody gave any: those with a default. */
export function defaultParams({ params }: Pick<SerializedDag, "params">): JsonObject {
  const withDefault = Object.entries(params).filter(([, param]) => param.hasDefault);
  return Object.fromEntries(withDefault.map(([name, param]) => [name, param.default]));
}
