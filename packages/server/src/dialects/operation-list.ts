import { actionEntry, type ActionName, type Dialect } from "@windlass/contract";
import type { Operation } from "../operation.ts";
import executionOperations from "./execution/airflow-operations.json" with { type: "json" };
import { MEANINGLESS } from "./execution/meaningless.ts";
import type { ExecutionOperation } from "./execution/operation.ts";
import v1Operations from "./v1/airflow-operations.json" with { type: "json" };
import v2Operations from "./v2/airflow-operations.json" with { type: "json" };

/** An operation as `GET /operations` lists it. */
export interface ListedOperation {
  readonly dialect: Dialect | "execution";
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly implemented: boolean;
  readonly action: ActionName | null;
  readonly mutates: boolean | null;
  readonly summary: string | null;
}

const AIRFLOW: Readonly<
  Record<"v1" | "v2", readonly { readonly operationId: string; readonly method: string; readonly path: string }[]>
> = {
  v1: v1Operations,
  v2: v2Operations,
};

/** Everything there is, and everything that Airflow has and is missing here. */
export function listOperations(all: readonly Operation[]): readonly ListedOperation[] {
  const here = all.map((operation): ListedOperation => {
    const { dialect, method, path, operationId, action, summary } = operation;
    return {
      dialect,
      method,
      path: plainPath(path),
      operationId,
      implemented: true,
      action,
      mutates: actionEntry(action).mutates,
      summary,
    };
  });
  const known = new Set(here.map(({ method, path }) => shape(method, path)));
  const missing = (["v1", "v2"] as const).flatMap((dialect) =>
    AIRFLOW[dialect]
      .filter(({ method, path }) => !known.has(shape(method, path)))
      .map(({ method, path, operationId }): ListedOperation => ({
        dialect,
        method,
        path,
        operationId,
        implemented: false,
        action: null,
        mutates: null,
        summary: null,
      })),
  );
  return [...here, ...missing];
}

/** Airflow's operation that a wrong path means, where it is one that is not built here. */
export function missingOperation(all: readonly Operation[], method: string, path: string): ListedOperation | undefined {
  return listOperations(all).find(
    (each) =>
      !each.implemented &&
      each.method === method &&
      new RegExp(`^${each.path.replace(/\{[^}]*\}/g, "[^/]+")}$`).test(path),
  );
}

function plainPath(path: string): string {
  return path.replace(/\{(\w+):path\}/g, "{$1}");
}

// Names of parameters differ between documents and mean nothing to a router.
function shape(method: string, path: string): string {
  return `${method} ${path.replace(/\{[^}]*\}/g, "{}")}`;
}

/** The execution API: what there is, and what of Airflow's means nothing here, with the reason in place of a summary. */
export function listExecutionOperations(all: readonly ExecutionOperation[]): readonly ListedOperation[] {
  const here = all.map(({ method, path, operationId, summary, access }): ListedOperation => ({
    dialect: "execution",
    method,
    path: plainPath(path),
    operationId,
    implemented: true,
    action: access === "worker" ? "worker.serve" : null,
    mutates: method !== "GET" && method !== "HEAD",
    summary,
  }));
  const missing = executionOperations.flatMap(({ method, path, operationId }): ListedOperation[] => {
    const reason = MEANINGLESS[operationId];
    if (reason === undefined) return [];
    const none = { implemented: false, action: null, mutates: null };
    return [{ dialect: "execution", method, path, operationId, ...none, summary: reason }];
  });
  return [...here, ...missing];
}
