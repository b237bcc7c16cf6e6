import { isJsonObject, type JsonObject, type JsonValue } from "@windlass/contract";
import type { checkFields } from "./check-fields.ts";
import { expectation } from "./expectation.ts";
import type { Field, FieldSpec, MomentManner } from "./field.ts";
import type { Issue, IssueKind, Leniency, Place } from "./issue.ts";
import type { Manner } from "./manner.ts";
import { readMoment } from "./written-moment.ts";

/** What came of one value. */
export interface CheckedValue {
  readonly value: unknown;
  readonly issues: readonly Issue[];
  readonly leniencies: readonly Leniency[];
}

interface Where {
  readonly field: Field<unknown>;
  readonly given: JsonValue;
  readonly place: Place;
  readonly manner: Manner;
  readonly checkRecord: CheckRecord;
}

/** Objects inside values are checked by `checkFields`, which checks its fields by `checkValue`: handed in, so that neither file needs the other. */
type CheckRecord = typeof checkFields;

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const TRUE: ReadonlySet<JsonValue> = new Set([true, 1, "1", "true", "t", "yes", "y", "on"]);
const FALSE: ReadonlySet<JsonValue> = new Set([false, 0, "0", "false", "f", "no", "n", "off"]);

/** Checks one value; issues carry pydantic's kinds and words, which v2 shows as they are and v1 words anew. */
export function checkValue(
  field: Field<unknown>,
  given: JsonValue,
  place: Place,
  manner: Manner,
  checkRecord: CheckRecord,
): CheckedValue {
  if (given === null && field.nullable) return right(null);
  const where: Where = { field, given, place, manner, checkRecord };
  const { spec } = field;
  switch (spec.kind) {
    case "any": {
      const broken = spec.rule?.(given);
      return broken === undefined ? right(given) : wrong(where, "value_error", `Value error, ${broken}`, { error: {} });
    }
    case "text":
      return checkText(spec, where);
    case "integer":
      return checkInteger(spec, where);
    case "number":
      return checkNumber(spec, where);
    case "boolean":
      return checkFlag(where);
    case "moment":
      return checkMoment(spec.zone, where);
    case "choice":
      return checkChoice(spec.values, spec.literal === true, where);
    case "dictionary":
      return isJsonObject(given) ? right(given) : wrong(where, "dict_type", "Input should be a valid dictionary");
    case "list":
      return checkList(spec.items, where);
    case "record":
      return isJsonObject(given)
        ? checkRecord(
            spec.fields,
            given,
            place,
            spec.ignoresUnknown === true ? { ...manner, unknown: "ignored" } : manner,
          )
        : wrong(where, "model_attributes_type", "Input should be a valid dictionary or object to extract fields from");
  }
}

function right(value: unknown): CheckedValue {
  return { value, issues: [], leniencies: [] };
}

function wrong(where: Where, kind: IssueKind, message: string, ctx?: JsonObject): CheckedValue {
  const issue: Issue = {
    kind,
    place: where.place,
    message,
    input: where.given,
    expected: expectation(where.field),
    ...(ctx === undefined ? {} : { ctx }),
  };
  return { value: undefined, issues: [issue], leniencies: [] };
}

function checkText(spec: Extract<FieldSpec, { kind: "text" }>, where: Where): CheckedValue {
  const { given } = where;
  if (typeof given !== "string") return wrong(where, "string_type", "Input should be a valid string");
  // No database text holds it, and no honest caller sends it.
  if (given.includes("\u0000"))
    return wrong(where, "value_error", "Value error, it must not hold the character NUL", { error: {} });
  // Counted as Python counts: an emoji is one character.
  const length = [...given].length;
  if (spec.minLength !== undefined && length < spec.minLength) {
    return wrong(
      where,
      "string_too_short",
      `String should have at least ${spec.minLength} character${spec.minLength === 1 ? "" : "s"}`,
      { min_length: spec.minLength },
    );
  }
  if (spec.maxLength !== undefined && length > spec.maxLength) {
    return wrong(where, "string_too_long", `String should have at most ${spec.maxLength} characters`, {
      max_length: spec.maxLength,
    });
  }
  if (spec.pattern !== undefined && !new RegExp(spec.pattern, "u").test(given)) {
    return wrong(where, "string_pattern_mismatch", `String should match pattern '${spec.pattern}'`, {
      pattern: spec.pattern,
    });
  }
  const broken = spec.rule?.(given);
  if (broken !== undefined) return wrong(where, "value_error", `Value error, ${broken}`, { error: {} });
  return right(given);
}

function checkInteger(spec: Extract<FieldSpec, { kind: "integer" }>, where: Where): CheckedValue {
  const { given, manner } = where;
  let value: number;
  if (typeof given === "number" && manner.values !== "text") {
    if (!Number.isInteger(given))
      return wrong(where, "int_from_float", "Input should be a valid integer, got a number with a fractional part");
    value = given;
  } else if (typeof given === "string" && manner.values !== "exact") {
    if (!/^\s*[+-]?\d+(?:\.0*)?\s*$/.test(given)) {
      return wrong(where, "int_parsing", "Input should be a valid integer, unable to parse string as an integer");
    }
    value = Number(given);
  } else if (typeof given === "boolean" && manner.values === "coerce") {
    value = given ? 1 : 0;
  } else {
    return wrong(where, "int_type", "Input should be a valid integer");
  }
  return within(spec.minimum, spec.above, spec.maximum, value, where);
}

function checkNumber(spec: Extract<FieldSpec, { kind: "number" }>, where: Where): CheckedValue {
  const { given, manner } = where;
  if (typeof given === "number") return within(spec.minimum, spec.above, undefined, given, where);
  if (typeof given === "string" && manner.values !== "exact") {
    const value = given.trim() === "" ? Number.NaN : Number(given);
    if (Number.isNaN(value))
      return wrong(where, "float_parsing", "Input should be a valid number, unable to parse string as a number");
    return within(spec.minimum, spec.above, undefined, value, where);
  }
  return wrong(where, "float_type", "Input should be a valid number");
}

function within(
  minimum: number | undefined,
  above: number | undefined,
  maximum: number | undefined,
  value: number,
  where: Where,
): CheckedValue {
  if (minimum !== undefined && value < minimum)
    return wrong(where, "greater_than_equal", `Input should be greater than or equal to ${minimum}`, { ge: minimum });
  if (above !== undefined && value <= above)
    return wrong(where, "greater_than", `Input should be greater than ${above}`, { gt: above });
  if (maximum !== undefined && value > maximum)
    return wrong(where, "less_than_equal", `Input should be less than or equal to ${maximum}`, { le: maximum });
  return right(value);
}

function checkFlag(where: Where): CheckedValue {
  const { given, manner } = where;
  if (typeof given === "boolean") return right(given);
  if (manner.values !== "exact") {
    const value = typeof given === "string" ? given.toLowerCase() : given;
    if (TRUE.has(value)) return right(true);
    if (FALSE.has(value)) return right(false);
    if (typeof given === "string" || typeof given === "number") {
      return wrong(where, "bool_parsing", "Input should be a valid boolean, unable to interpret input");
    }
  }
  return wrong(where, "bool_type", "Input should be a valid boolean");
}

function checkMoment(zone: MomentManner, where: Where): CheckedValue {
  const { given, manner } = where;
  if (zone === "rfc3339" && typeof given === "string" && !RFC3339.test(given)) {
    return wrong(
      where,
      "datetime_from_date_parsing",
      "Input should be a date-time with seconds and a zone, as RFC 3339 has it",
    );
  }
  if (typeof given !== "string" && (typeof given !== "number" || manner.values === "exact")) {
    return wrong(where, "datetime_type", "Input should be a valid datetime");
  }
  const read = readMoment(given);
  if ("problem" in read) {
    return wrong(where, "datetime_from_date_parsing", `Input should be a valid datetime or date, ${read.problem}`, {
      error: read.problem,
    });
  }
  if (!read.hasZone && zone === "required") return wrong(where, "timezone_aware", "Input should have timezone info");
  return right(read.instant);
}

function checkChoice(values: readonly string[], isLiteral: boolean, where: Where): CheckedValue {
  if (typeof where.given === "string" && values.includes(where.given)) return right(where.given);
  const quoted = values.map((each) => `'${each}'`);
  const expected =
    quoted.length === 1 ? String(quoted[0]) : `${quoted.slice(0, -1).join(", ")} or ${String(quoted.at(-1))}`;
  return wrong(where, isLiteral ? "literal_error" : "enum", `Input should be ${expected}`, { expected });
}

function checkList(items: Field<unknown>, where: Where): CheckedValue {
  const { given, place, manner, checkRecord } = where;
  // A query's value that stands once is a list of one.
  const list: readonly JsonValue[] | undefined = Array.isArray(given)
    ? (given as readonly JsonValue[])
    : manner.values === "text"
      ? [given]
      : undefined;
  if (list === undefined) return wrong(where, "list_type", "Input should be a valid list");
  const checked = list.map((each, index) => checkValue(items, each, [...place, index], manner, checkRecord));
  return {
    value: checked.map((each) => each.value),
    issues: checked.flatMap((each) => each.issues),
    leniencies: checked.flatMap((each) => each.leniencies),
  };
}
