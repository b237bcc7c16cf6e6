import { type Refusal, refusal, type RefusalDetails } from "@windlass/contract";
import type { Issue, Place } from "./issue.ts";

const PARTS = { body: "body", query: "query", path: "path", header: "headers" } as const;

/** JSON pointer into the body, or `query/<name>`, `path/<name>`, `header/<name>`. */
export function pointerTo(place: Place): string {
  const [part, ...rest] = place;
  const escaped = rest.map((each) => String(each).replace(/~/g, "~0").replace(/\//g, "~1"));
  return part === "body" ? escaped.map((each) => `/${each}`).join("") : [part, ...escaped].join("/");
}

/** The refusal of one issue, in Windlass's words. @param airflow what the dialect's Airflow would say */
export function issueRefusal(issue: Issue, airflow: RefusalDetails["airflow"] = {}): Refusal {
  const part = PARTS[issue.place[0]];
  const name = issue.place.slice(1).join(".");
  const details: RefusalDetails = { pointer: pointerTo(issue.place), airflow };
  switch (issue.kind) {
    case "missing":
      if (name === "") return refusal("request.body_missing", {}, details);
      return refusal(
        "request.field_missing",
        { part, name, expected: issue.expected ?? "a value" },
        { ...details, expected: issue.expected ?? "a value" },
      );
    case "extra_forbidden":
      return refusal(
        "request.field_unknown",
        { part, name, hint: unknownHint(issue, name) },
        {
          ...details,
          actual: issue.input,
          ...(issue.nearest === undefined ? {} : { expected: issue.nearest }),
        },
      );
    case "model_attributes_type":
      if (name === "")
        return refusal("request.not_object", { actual: typeName(issue.input) }, { ...details, expected: "an object" });
      break;
    default:
  }
  const expected = issue.expected ?? "another value";
  return refusal(
    "request.field_wrong",
    { part, name, problem: sentence(issue.message), expected },
    { ...details, expected, actual: issue.input },
  );
}

function unknownHint(issue: Issue, name: string): string {
  if (issue.nearest !== undefined) return `Did you mean \`${issue.nearest}\`? Send that instead of \`${name}\`.`;
  return issue.expected === undefined
    ? `Leave \`${name}\` out.`
    : `Leave \`${name}\` out; known are ${issue.expected.replace(/^one of /, "")}.`;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return `a ${typeof value}`;
}

function sentence(message: string): string {
  return message.replace(/^Value error, /, "").replace(/\.$/, "");
}
