/** Which scenarios this version of Windlass claims to answer as Airflow does: `conformance/scope.json`, ids by dialect and file. */
import { readFileSync } from "node:fs";
import type { Dialect } from "./recording.ts";

/** Scenario ids by dialect and file name. */
export type Scope = Readonly<Record<Dialect, Readonly<Record<string, readonly string[]>>>>;

/** Reads the scope file. */
export function readScope(file: URL | string): Scope {
  return JSON.parse(readFileSync(file, "utf8")) as Scope;
}

/** Whether a scenario is in scope. */
export function isInScope(scope: Scope, dialect: Dialect, fileName: string, scenarioId: string): boolean {
  return scope[dialect][fileName]?.includes(scenarioId) ?? false;
}
