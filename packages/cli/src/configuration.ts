import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  type ConfigSource,
  environmentSources,
  fileSource,
  refuse,
  type ResolvedConfig,
  resolveConfig,
} from "@windlass/contract";
import { parse } from "smol-toml";

/** The configuration in force, and the folder that relative paths in it start from. */
export interface Configuration extends ResolvedConfig {
  /** The folder of `windlass.toml`, or the current one where there is none. */
  readonly folder: string;
  readonly file: string | null;
}

/**
 * Reads `windlass.toml` (in the folder or one above), the environment, and the command line, in rising order of weight.
 * @throws RefusalError for unknown names, bad values and a file that is not TOML
 */
export function loadConfiguration(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  flags: ReadonlyMap<string, unknown> = new Map(),
): Configuration {
  const file = findFile(folder, env.WINDLASS_CONFIG);
  const sources: ConfigSource[] = [];
  if (file) sources.push(readFile(file));
  sources.push(...environmentSources(env));
  if (env.DATABASE_URL) {
    sources.push({
      name: "environment DATABASE_URL",
      values: new Map([["database.sql_alchemy_conn", env.DATABASE_URL]]),
    });
  }
  sources.push({ name: "command line", values: flags });
  return { ...resolveConfig(sources), folder: file ? dirname(file) : resolve(folder), file };
}

function findFile(folder: string, named: string | undefined): string | null {
  if (named) return resolve(folder, named);
  for (let at = resolve(folder); ; at = dirname(at)) {
    const candidate = join(at, "windlass.toml");
    if (existsSync(candidate)) return candidate;
    if (dirname(at) === at) return null;
  }
}

function readFile(file: string): ConfigSource {
  try {
    return fileSource(file, parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw refuse("config.file_unreadable", { file, problem: error instanceof Error ? error.message : String(error) });
  }
}
