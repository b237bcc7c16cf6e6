import type { JsonObject, JsonValue } from "@windlass/contract/browser";
import { isJsonObject } from "../../api/json.ts";

const DEPTH = 4;

/** A schema with its references put in, some levels deep. */
export function resolved(schema: JsonValue, schemas: JsonObject, depth = 0): JsonValue {
  if (Array.isArray(schema)) return (schema as readonly JsonValue[]).map((each) => resolved(each, schemas, depth));
  if (!isJsonObject(schema)) return schema;
  if (typeof schema.$ref === "string") {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    const target = schemas[name];
    return target === undefined || depth >= DEPTH ? schema : resolved(target, schemas, depth + 1);
  }
  return Object.fromEntries(Object.entries(schema).map(([name, each]) => [name, resolved(each, schemas, depth)]));
}
