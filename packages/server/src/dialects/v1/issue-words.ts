import type { AirflowV1Body } from "@windlass/contract";
import type { Issue } from "../../request/issue.ts";
import { pythonText } from "./python-text.ts";

const TYPES: Readonly<Partial<Record<Issue["kind"], string>>> = {
  string_type: "string",
  int_type: "integer",
  int_parsing: "integer",
  int_from_float: "integer",
  float_type: "number",
  float_parsing: "number",
  bool_type: "boolean",
  bool_parsing: "boolean",
  list_type: "array",
  dict_type: "object",
  model_attributes_type: "object",
  datetime_type: "string",
};

/** What Airflow 2 says about one wrong value, in the words of its OpenAPI validator or of marshmallow. */
export function issueWords(issue: Issue): AirflowV1Body {
  const [part, ...rest] = issue.place;
  const path = rest.join(".");
  if (part === "query" && issue.kind === "extra_forbidden")
    return { title: null, detail: `Extra query parameter(s) ${path} not in spec` };
  return { title: "Bad Request", detail: part === "body" ? bodySentence(issue, path) : querySentence(issue, path) };
}

function querySentence(issue: Issue, name: string): string {
  const type = TYPES[issue.kind];
  if (type !== undefined) return `Wrong type, expected '${type}' for query parameter '${name}'`;
  return problem(issue) ?? `${pythonText(issue.input)}: ${issue.message}`;
}

function bodySentence(issue: Issue, path: string): string {
  const at = path === "" ? "" : ` - '${path}'`;
  const type = TYPES[issue.kind];
  if (type !== undefined) return `${pythonText(issue.input)} is not of type '${type}'${at}`;
  switch (issue.kind) {
    case "missing":
      return path === "" ? "Request body must not be empty" : `{'${path}': ['Missing data for required field.']}`;
    case "extra_forbidden":
      return `{'${path}': ['Unknown field.']}`;
    case "string_too_long":
      return `{'${path}': ['Longer than maximum length ${limitOf(issue, "max_length")}.']}`;
    case "string_too_short":
      return `{'${path}': ['Shorter than minimum length ${limitOf(issue, "min_length")}.']}`;
    case "value_error":
      return `{'${path}': ['${issue.message.replace(/^Value error, /, "")}']}`;
    default:
      return `${problem(issue) ?? issue.message}${at}`;
  }
}

function problem(issue: Issue): string | undefined {
  const value = pythonText(issue.input);
  switch (issue.kind) {
    case "datetime_from_date_parsing":
    case "timezone_aware":
      return `${value} is not a 'date-time'`;
    case "greater_than_equal":
      return `${value} is less than the minimum of ${limitOf(issue, "ge")}`;
    case "less_than_equal":
      return `${value} is greater than the maximum of ${limitOf(issue, "le")}`;
    case "greater_than":
      return `${value} is less than or equal to the minimum of ${limitOf(issue, "gt")}`;
    case "enum":
    case "literal_error":
      return `${value} is not one of [${limitOf(issue, "expected")}]`;
    case "string_pattern_mismatch":
      return `${value} does not match ${limitOf(issue, "pattern")}`;
    default:
      return undefined;
  }
}

/** What the issue says about a bound, as text. */
function limitOf({ ctx }: Issue, name: string): string {
  const value = ctx?.[name];
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
