import type { JsonValue } from "@windlass/contract";
import type { DialectManners } from "../../dialect.ts";
import { bodyRefusal } from "../../request/body-refusal.ts";
import { issueRefusal } from "../../request/issue-refusal.ts";
import { attachWarnings } from "../attach-warnings.ts";
import { readLastOrAll } from "../v2/manners.ts";
import { renderNative } from "./refusal.ts";

/** Windlass's own manners: JSON Schema's types without coercion, unknown names refused with the nearest known one, in the query too. */
export const nativeManners: DialectManners = {
  dialect: "native",
  prefixes: ["/api/windlass/v1"],
  bodyManner: (strict) => ({ values: "exact", unknown: "refused", strict }),
  queryManner: (strict) => ({ values: "text", unknown: "refused", strict }),
  readQuery: readLastOrAll,
  emptyBody: (mayBeLeftOut): JsonValue | undefined => (mayBeLeftOut ? {} : undefined),
  bodyProblem: (problem) => ({
    phase: problem.kind === "media_type" ? "media" : "body",
    refusal: bodyRefusal(problem),
  }),
  issue: (issue) => ({ phase: "body", refusal: issueRefusal(issue) }),
  routeRefusal: (refusal) => refusal,
  renderRefusals: renderNative,
  withWarnings: attachWarnings,
};
