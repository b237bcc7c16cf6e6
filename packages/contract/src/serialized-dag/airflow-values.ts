import { invariant } from "../invariant.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { fromMillis, type Instant } from "../time.ts";

/** Takes Airflow's wrapping of dictionaries and sets (`{"__var": …, "__type": "dict"}`) off, all the way down. */
export function unwrap(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(unwrap);
  if (!isJsonObject(value)) return value;
  const { __var: inner, __type: type } = value;
  if (inner !== undefined && (type === "dict" || type === "set" || type === "tuple")) return unwrap(inner);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, unwrap(each)]));
}

/** Takes fields out of an object by name; whatever nobody took is the rest, so that nothing can be lost by being forgotten. */
export class Fields {
  readonly #left: Map<string, JsonValue>;

  constructor(source: JsonValue | undefined) {
    invariant(source !== undefined && isJsonObject(source), "an object of a serialized Dag of Airflow");
    this.#left = new Map(Object.entries(source));
  }

  /** A field as it is; undefined where it is not there. */
  take(name: string): JsonValue | undefined {
    const value = this.#left.get(name);
    this.#left.delete(name);
    return value;
  }

  /** A text, or null. */
  text(name: string): string | null {
    const value = this.take(name);
    return typeof value === "string" ? value : null;
  }

  /** A number, or the fallback. */
  number<F>(name: string, fallback: F): number | F {
    const value = this.take(name);
    return typeof value === "number" ? value : fallback;
  }

  /** true or false, or the fallback. */
  flag<F>(name: string, fallback: F): boolean | F {
    const value = this.take(name);
    return typeof value === "boolean" ? value : fallback;
  }

  /** A moment, which Airflow keeps as seconds since 1970; or null. */
  moment(name: string): Instant | null {
    const value = this.take(name);
    return typeof value === "number" ? fromMillis(value * 1000) : null;
  }

  /** A list, empty where it is not there. */
  list(name: string): readonly JsonValue[] {
    const value = unwrap(this.take(name) ?? []);
    return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  }

  /** A list of texts. */
  texts(name: string): readonly string[] {
    return this.list(name).filter((each) => typeof each === "string");
  }

  /** An object, empty where it is not there. */
  object(name: string): JsonObject {
    const value = unwrap(this.take(name) ?? {});
    return isJsonObject(value) ? value : {};
  }

  /** What was not taken. */
  rest(): JsonObject {
    return Object.fromEntries(this.#left);
  }
}
