import { InvalidArgumentError } from "commander";
import { isJsonObject, type JsonObject, type JsonValue } from "@windlass/contract";

/** Reads `--conf`. @throws InvalidArgumentError */
export function parseConf(raw: string): JsonObject {
  const parsed = jsonOr(raw, undefined);
  if (!isJsonObject(parsed)) throw new InvalidArgumentError('it has to be a JSON object such as {"region":"eu"}');
  return parsed;
}

/** Reads `--param name=value`; a value that is JSON is read as JSON, everything else is text. @throws InvalidArgumentError */
export function paramsOf(pairs: readonly string[]): JsonObject {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new InvalidArgumentError(`--param ${pair}: it has to be name=value`);
      const raw = pair.slice(at + 1);
      return [pair.slice(0, at), jsonOr(raw, raw)];
    }),
  );
}

function jsonOr<T>(raw: string, otherwise: T): JsonValue | T {
  try {
    return JSON.parse(raw) as JsonValue;
  } catch {
    return otherwise;
  }
}
