import type { ActionContext } from "../context.ts";

const OPEN_PREFIX = "WINDLASS_DAG_";

/** The environment variable that gives a connection: `AIRFLOW_CONN_` and the id in capitals. */
export function connectionVariable(connectionId: string): string {
  return `AIRFLOW_CONN_${connectionId.toUpperCase()}`;
}

/** The environment variable that gives a variable: `AIRFLOW_VAR_` and the key in capitals. */
export function variableVariable(key: string): string {
  return `AIRFLOW_VAR_${key.toUpperCase()}`;
}

/**
 * The part of the server's environment that a Dag gets: what it declares, and of that only what the configuration hands out. Everything else
 * of the server's environment stays with the server.
 */
export function taskEnvironment(
  context: Pick<ActionContext, "config" | "environment">,
  declared: readonly string[],
): Readonly<Record<string, string>> {
  const listed = context.config.core.task_environment;
  const handedOut = (name: string): boolean =>
    listed.length === 0 ? name.startsWith(OPEN_PREFIX) : listed.includes(name);
  const entries = declared.filter(handedOut).flatMap((name) => {
    const value = context.environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}
