import type { JsonObject, JsonValue, Verdict } from "@windlass/contract";
import type { BodyProblem, DialectManners } from "../../dialect.ts";
import { bodyRefusal } from "../../request/body-refusal.ts";
import type { Fields } from "../../request/field.ts";
import type { Issue } from "../../request/issue.ts";
import { issueRefusal } from "../../request/issue-refusal.ts";
import { attachWarnings } from "../attach-warnings.ts";
import { renderV2 } from "./refusal.ts";

/** Airflow 3's manners: pydantic's coercions and words, unknown query names ignored, a null body is a missing one. */
export const v2Manners: DialectManners = {
  dialect: "v2",
  prefixes: ["/api/v2", "/auth"],
  bodyManner: (strict) => ({ values: "coerce", unknown: "refused", strict }),
  queryManner: (strict) => ({ values: "text", unknown: "ignored", strict }),
  readQuery: readLastOrAll,
  emptyBody: (mayBeLeftOut) => (mayBeLeftOut ? {} : undefined),
  bodyProblem: (problem) => ({ phase: "body", refusal: bodyRefusal(problem, { v2: bodyDetail(problem) }) }),
  issue: issueVerdict,
  routeRefusal: (refusal) => refusal,
  renderRefusals: renderV2,
  withWarnings: attachWarnings,
};

/** Lists take every value of a repeated name, everything else the last. */
export function readLastOrAll(search: URLSearchParams, fields: Fields): JsonObject {
  const read: Record<string, JsonValue> = {};
  for (const name of new Set(search.keys())) {
    const all = search.getAll(name);
    read[name] = fields[name]?.spec.kind === "list" ? all : (all.at(-1) ?? "");
  }
  return read;
}

function issueVerdict(issue: Issue): Verdict {
  return { phase: "body", refusal: issueRefusal(issue, { v2: issueDetail(issue) }) };
}

function issueDetail(issue: Issue): JsonObject {
  const detail = {
    type: issue.kind,
    loc: [...issue.place],
    msg: issue.message,
    input: issue.kind === "missing" && issue.place[0] === "query" ? null : issue.input,
  };
  return issue.ctx === undefined ? detail : { ...detail, ctx: issue.ctx };
}

function bodyDetail(problem: BodyProblem): JsonObject {
  switch (problem.kind) {
    case "missing":
      return { type: "missing", loc: ["body"], msg: "Field required", input: null };
    case "media_type":
      return {
        type: "model_attributes_type",
        loc: ["body"],
        msg: "Input should be a valid dictionary or object to extract fields from",
        input: problem.raw,
      };
    case "json":
      return {
        type: "json_invalid",
        loc: ["body", problem.problem.at],
        msg: "JSON decode error",
        input: {},
        ctx: { error: problem.problem.problem },
      };
  }
}
