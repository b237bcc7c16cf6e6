import type { JsonObject } from "@windlass/contract";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { FailWithoutRetry } from "../authoring/outcomes.ts";

function merge(params: JsonObject, result: StandardSchemaV1.Result<unknown>): Record<string, unknown> {
  if (result.issues !== undefined) {
    const issues = result.issues.map((issue) => {
      const path = (issue.path ?? []).map((each) => String(typeof each === "object" ? each.key : each)).join(".");
      return path === "" ? issue.message : `${path}: ${issue.message}`;
    });
    throw new FailWithoutRetry(
      `The params break a rule of their schema that JSON Schema cannot express: ${issues.join("; ")}`,
    );
  }
  // The library drops keys it does not know; Airflow keeps conf keys that are no params.
  return { ...params, ...(result.value as object) };
}

/**
 * The params as the handler's types promise them. A schema library's object may convert (`z.coerce.date()`) and refine, so the run's params
 * go through it once more; other params are what they are.
 * @throws FailWithoutRetry where a refinement refuses them
 */
export function typedParams(
  source: unknown,
  params: JsonObject,
): Record<string, unknown> | Promise<Record<string, unknown>> {
  if (typeof source !== "object" || source === null || !("~standard" in source)) return { ...params };
  const { validate } = source["~standard"] as StandardSchemaV1.Props;
  if (typeof validate !== "function") return { ...params };
  const result = validate(params);
  return result instanceof Promise ? result.then((each) => merge(params, each)) : merge(params, result);
}
