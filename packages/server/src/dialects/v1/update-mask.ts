import { refusal, type Verdict } from "@windlass/contract";
import { type Field, list, optional, text } from "../../request/field.ts";

/** `update_mask`: only the members that it names are changed. */
export const updateMask: Field<readonly string[] | undefined> = optional(list(text()));

/** A body as `update_mask` lets it count, and what is wrong with the mask. */
export interface Masked<Body> {
  readonly body: Partial<Body>;
  readonly verdicts: readonly Verdict[];
}

/** Keeps the members that the mask names; all where there is none. @param known members that may be changed */
export function maskedBy<Body extends object>(
  mask: readonly string[] | undefined,
  body: Body,
  known: readonly (keyof Body & string)[],
): Masked<Body> {
  if (mask === undefined) return { body, verdicts: [] };
  const names = mask.map((each) => each.trim());
  const unknown = names.filter((name) => !(known as readonly string[]).includes(name));
  const verdicts = unknown.map((name): Verdict => {
    const why = {
      part: "query",
      name: "update_mask",
      problem: `${name} is nothing that can be changed`,
      expected: `some of ${known.join(", ")}`,
    };
    const airflow = { v1: { title: "Bad Request", detail: `Invalid field: ${name} in update mask` } };
    return {
      phase: "fields",
      refusal: refusal("request.field_wrong", why, {
        pointer: "query/update_mask",
        actual: name,
        expected: [...known],
        airflow,
      }),
    };
  });
  return {
    body: Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name))) as Partial<Body>,
    verdicts,
  };
}

/** That members lack which an operation cannot do without. */
export function missingVerdicts(body: object, names: readonly string[]): readonly Verdict[] {
  const missing = names.filter((name) => (body as Record<string, unknown>)[name] === undefined);
  if (missing.length === 0) return [];
  const airflow = {
    v1: {
      title: "Bad Request",
      detail: `Missing required property(ies): [${missing.map((name) => `'${name}'`).join(", ")}]`,
    },
  };
  return missing.map((name) => ({
    phase: "fields",
    refusal: refusal(
      "request.field_missing",
      { part: "body", name, expected: "a value" },
      { pointer: `/${name}`, missing, airflow },
    ),
  }));
}
