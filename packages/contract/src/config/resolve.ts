import { closest, distance } from "fastest-levenshtein";
import { isJsonObject } from "../json.ts";
import { refusal } from "../refusals/catalogue.ts";
import { RefusalError } from "../refusals/error.ts";
import type { Refusal } from "../refusals/refusal.ts";
import { configOptions, type ConfigValues, configValues } from "./catalogue.ts";
import { type ConfigOption, type ConfigValue, readOption } from "./option.ts";

/** Values from one place: a file, the environment, the command line. */
export interface ConfigSource {
  /** As `windlass config list --sources` shows it. */
  readonly name: string;
  /** `section.key` to the value as written. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** One option in force. */
export interface ConfigEntry {
  readonly section: string;
  readonly key: string;
  readonly option: ConfigOption;
  readonly value: ConfigValue;
  readonly source: string;
}

/** The configuration in force, with where each value came from. */
export interface ResolvedConfig {
  readonly values: ConfigValues;
  readonly entries: readonly ConfigEntry[];
}

/**
 * Lays the sources over the defaults; a later source wins. Airflow's older names are understood.
 * @throws RefusalError with every unknown name and every value that does not fit its option
 */
export function resolveConfig(sources: readonly ConfigSource[]): ResolvedConfig {
  const options = configOptions();
  const byName = new Map(options.map((each) => [`${each.section}.${each.key}`, each]));
  for (const each of options) for (const old of each.option.formerly ?? []) if (!byName.has(old)) byName.set(old, each);
  const overrides: Record<string, Record<string, ConfigValue>> = {};
  const from = new Map<string, string>();
  const refusals: Refusal[] = [];
  for (const source of sources) {
    for (const [name, raw] of source.values) {
      const found = byName.get(name);
      if (!found) {
        refusals.push(unknownOption(name, source.name, [...byName.keys()]));
        continue;
      }
      const read = readOption(found.option, raw);
      if (!read.ok) {
        refusals.push(refusal("config.value_invalid", { name, source: source.name, problem: read.problem }));
        continue;
      }
      (overrides[found.section] ??= {})[found.key] = read.value;
      from.set(`${found.section}.${found.key}`, source.name);
    }
  }
  const [first, ...rest] = refusals;
  if (first) throw new RefusalError(first, ...rest);
  const values = configValues(overrides);
  const entries = options.map((each) => ({
    ...each,
    value: (values as unknown as Record<string, Record<string, ConfigValue>>)[each.section]?.[each.key] ?? null,
    source: from.get(`${each.section}.${each.key}`) ?? "default",
  }));
  return { values, entries };
}

const PREFIXES = ["AIRFLOW__", "WINDLASS__"] as const;

/** Options from the environment; WINDLASS__SECTION__KEY wins over AIRFLOW__SECTION__KEY. */
export function environmentSources(env: Readonly<Record<string, string | undefined>>): ConfigSource[] {
  const known = new Set(
    configOptions().flatMap((each) => [`${each.section}.${each.key}`, ...(each.option.formerly ?? [])]),
  );
  return PREFIXES.map((prefix) => {
    const values = new Map<string, unknown>();
    for (const [variable, value] of Object.entries(env)) {
      if (!variable.startsWith(prefix) || value === undefined) continue;
      const [section = "", ...key] = variable.slice(prefix.length).toLowerCase().split("__");
      const name = `${section}.${key.join("__")}`;
      // A machine that also runs Airflow has options that mean nothing here; a misspelt WINDLASS__ name is a mistake.
      if (prefix === "AIRFLOW__" && !known.has(name)) continue;
      values.set(name, value);
    }
    return { name: `environment ${prefix}*`, values };
  });
}

/** Options from a parsed `windlass.toml`: its tables are sections. */
export function fileSource(path: string, parsed: unknown): ConfigSource {
  const values = new Map<string, unknown>();
  if (isJsonObject(parsed)) {
    for (const [section, table] of Object.entries(parsed)) {
      if (isJsonObject(table)) for (const [key, value] of Object.entries(table)) values.set(`${section}.${key}`, value);
      else values.set(section, table);
    }
  }
  return { name: path, values };
}

function unknownOption(name: string, source: string, known: readonly string[]): Refusal {
  const nearest = closest(name, [...known]);
  const near = distance(name, nearest) <= Math.max(3, name.length / 3);
  return refusal("config.unknown_option", {
    name,
    source,
    hint: near ? `Did you mean ${nearest}?` : "See `windlass config list`.",
  });
}
