import {
  type DecisionWarning,
  isJsonObject,
  type JsonObject,
  refusal,
  type Verdict,
  warning,
} from "@windlass/contract";
import { isDeepStrictEqual } from "node:util";
import type { ActionRequest } from "./request.ts";

/** Warnings for the old names that were taken, and a refusal where an old and the proper name say different things. */
export function aliasFindings(request: Pick<ActionRequest, "aliases" | "body">): {
  readonly warnings: readonly DecisionWarning[];
  readonly verdicts: readonly Verdict[];
} {
  const warnings: DecisionWarning[] = [];
  const verdicts: Verdict[] = [];
  const body: JsonObject = isJsonObject(request.body) ? request.body : {};
  for (const { used, proper, value } of request.aliases ?? []) {
    if (Object.hasOwn(body, proper) && !isDeepStrictEqual(body[proper], value)) {
      const detail = { title: `${proper} conflicts with ${used}`, detail: null };
      verdicts.push({
        phase: "fields",
        refusal: refusal("request.alias_conflict", { used, proper }, { pointer: `/${used}`, airflow: { v1: detail } }),
      });
    } else warnings.push(warning("alias_used", { used, proper }));
  }
  return { warnings, verdicts };
}
