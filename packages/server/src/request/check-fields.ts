import type { JsonObject, JsonValue } from "@windlass/contract";
import { checkValue } from "./check-value.ts";
import { expectation } from "./expectation.ts";
import type { Field, Fields } from "./field.ts";
import type { Manner } from "./manner.ts";
import type { Issue, Leniency, Place } from "./issue.ts";
import { nearestName } from "./nearest-name.ts";

/** What came of checking: the fields that are right (others are left out), and all that is wrong, known fields first, in their order. */
export interface Checked {
  readonly value: { readonly [name: string]: unknown };
  readonly issues: readonly Issue[];
  readonly leniencies: readonly Leniency[];
}

/** Checks an object against closed fields and collects every issue instead of stopping at the first. */
export function checkFields(fields: Fields, given: JsonObject, place: Place, manner: Manner): Checked {
  const value: Record<string, unknown> = {};
  const issues: Issue[] = [];
  const leniencies: Leniency[] = [];
  const taken = new Set<string>();
  for (const [name, field] of Object.entries(fields)) {
    const found = find(name, field, given, manner);
    if (found === undefined) {
      if (field.byDefault !== undefined) value[name] = field.byDefault;
      else if (field.required) {
        issues.push({
          kind: "missing",
          place: [...place, name],
          message: "Field required",
          input: given,
          expected: expectation(field),
        });
      }
      continue;
    }
    taken.add(found);
    const raw = given[found] as JsonValue;
    if (found !== name) leniencies.push({ given: found, proper: name, value: raw });
    for (const alias of besides(field, found, given, manner)) {
      taken.add(alias);
      leniencies.push({ given: alias, proper: name, value: given[alias] as JsonValue });
    }
    const checked = checkValue(field, raw, [...place, found], manner, checkFields);
    issues.push(...checked.issues);
    leniencies.push(...checked.leniencies);
    if (checked.issues.length === 0) value[name] = checked.value;
  }
  if (manner.unknown === "refused") issues.push(...unknownNames(fields, given, place, taken));
  return { value, issues, leniencies };
}

function find(name: string, field: Field<unknown>, given: JsonObject, manner: Manner): string | undefined {
  if (Object.hasOwn(given, name)) return name;
  if (manner.strict) return undefined;
  return field.aliases?.find((alias) => Object.hasOwn(given, alias));
}

/** Old names that were sent beside the one that counts; whether they say the same is judged with the rest. */
function besides(field: Field<unknown>, found: string, given: JsonObject, manner: Manner): readonly string[] {
  if (manner.strict) return [];
  return field.aliases?.filter((alias) => alias !== found && Object.hasOwn(given, alias)) ?? [];
}

function unknownNames(fields: Fields, given: JsonObject, place: Place, taken: ReadonlySet<string>): Issue[] {
  const known = Object.keys(fields);
  return Object.keys(given)
    .filter((name) => !taken.has(name) && !Object.hasOwn(fields, name))
    .map((name) => {
      const meant = known.find((each) => fields[each]?.aliases?.includes(name)) ?? nearestName(name, known);
      return {
        kind: "extra_forbidden",
        place: [...place, name],
        message: "Extra inputs are not permitted",
        input: given[name] as JsonValue,
        expected: `one of ${known.join(", ")}`,
        ...(meant === undefined ? {} : { nearest: meant }),
      } as const;
    });
}
