import { type AirflowV1Body, type JsonObject, type JsonValue, refusal, type Verdict } from "@windlass/contract";
import type { BodyProblem, DialectManners } from "../../dialect.ts";
import { bodyRefusal } from "../../request/body-refusal.ts";
import type { Fields } from "../../request/field.ts";
import type { Issue } from "../../request/issue.ts";
import { issueRefusal, pointerTo } from "../../request/issue-refusal.ts";
import { attachWarnings } from "../attach-warnings.ts";
import { issueWords } from "./issue-words.ts";
import { pythonText } from "./python-text.ts";
import { renderV1 } from "./refusal.ts";

/** What Airflow 2's OpenAPI document marks as read-only; sent, they are refused before rights are looked at. */
const READ_ONLY = new Set([
  "start_date",
  "end_date",
  "run_type",
  "external_trigger",
  "last_scheduling_decision",
  "open_slots",
  "occupied_slots",
  "running_slots",
  "queued_slots",
  "scheduled_slots",
  "deferred_slots",
  "fileloc",
  "root_dag_id",
  "is_active",
  "is_subdag",
]);

/** Issues that Airflow 2 finds only after rights and existence: its OpenAPI document does not say them, its marshmallow schemas do. */
const LATE: ReadonlySet<Issue["kind"]> = new Set([
  "missing",
  "extra_forbidden",
  "string_too_long",
  "string_too_short",
  "value_error",
]);

/** Airflow 2's manners: JSON types to the letter, unknown query names refused, RFC 7807 refusals. */
export const v1Manners: DialectManners = {
  dialect: "v1",
  prefixes: ["/api/v1"],
  bodyManner: (strict) => ({ values: "exact", unknown: "refused", strict }),
  queryManner: (strict) => ({ values: "text", unknown: "refused", strict }),
  readQuery: readCommaLists,
  emptyBody: () => undefined,
  bodyProblem: (problem) => ({
    phase: problem.kind === "media_type" ? "media" : "body",
    refusal: bodyRefusal(problem, { v1: bodyWords(problem) }),
  }),
  issue: issueVerdict,
  routeRefusal: (refused) => refused,
  renderRefusals: renderV1,
  withWarnings: attachWarnings,
};

/** Of a repeated name the last counts; lists take every value, and commas within one. */
function readCommaLists(search: URLSearchParams, fields: Fields): JsonObject {
  const read: Record<string, JsonValue> = {};
  for (const name of new Set(search.keys())) {
    const all = search.getAll(name);
    read[name] = fields[name]?.spec.kind === "list" ? all.flatMap((each) => each.split(",")) : (all.at(-1) ?? "");
  }
  return read;
}

function issueVerdict(issue: Issue): Verdict {
  const [part, name] = issue.place;
  if (part === "path") return noSuchPath(issue);
  const readOnly =
    issue.kind === "extra_forbidden" && part === "body" && issue.place.length === 2 && READ_ONLY.has(String(name));
  if (readOnly) {
    const words: AirflowV1Body = { title: "Bad Request", detail: `Property is read-only - '${String(name)}'` };
    return {
      phase: "body",
      refusal: refusal(
        "request.read_only_field",
        { field: String(name) },
        { pointer: pointerTo(issue.place), airflow: { v1: words } },
      ),
    };
  }
  const late = part === "body" && (LATE.has(issue.kind) || nullOfOwnKind(issue));
  return { phase: late ? "fields" : "body", refusal: issueRefusal(issue, { v1: issueWords(issue) }) };
}

/** Airflow 2's router takes a word where a number belongs for another path. */
function noSuchPath(issue: Issue): Verdict {
  const words = {
    title: "Not Found",
    detail:
      "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.",
  };
  const kind = String(issue.place[1]);
  const why = refusal(
    "object.unknown",
    { kind, name: pythonText(issue.input), near: "" },
    {
      pointer: `path/${kind}`,
      expected: issue.expected ?? "another value",
      actual: issue.input,
      airflow: { v1: words },
    },
  );
  return { phase: "body", refusal: why };
}

// The OpenAPI document lets these two be null, the schema behind it does not.
function nullOfOwnKind(issue: Issue): boolean {
  return issue.input === null && ["dag_run_id", "logical_date", "execution_date"].includes(String(issue.place[1]));
}

function bodyWords(problem: BodyProblem): AirflowV1Body {
  switch (problem.kind) {
    case "missing":
      return { title: "Bad Request", detail: "Request body must not be empty" };
    case "media_type":
      return {
        title: "Unsupported Media Type",
        detail: `Invalid Content-type (${problem.given ?? ""}), expected JSON data`,
      };
    case "json":
      return { title: "Bad Request", detail: "Request body is not valid JSON" };
  }
}
