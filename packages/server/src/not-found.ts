import { type RefusalDetails, refuse, type RefusalError } from "@windlass/contract";
import { listDagIds } from "@windlass/core/queries";
import type { Call } from "./call.ts";
import { nearestName } from "./request/nearest-name.ts";

type AnyCall = Pick<Call<unknown, unknown, unknown>, "server" | "scope">;

/** " Did you mean …?", or nothing. */
export function nearSentence(given: string, known: readonly string[]): string {
  const near = nearestName(given, known);
  return near === undefined ? "" : ` Did you mean ${near}?`;
}

/** A Dag that is not there; names a near one among those the caller may read. */
export async function dagUnknown(
  call: AnyCall,
  dagId: string,
  airflow?: RefusalDetails["airflow"],
): Promise<RefusalError> {
  const known = await listDagIds(call.server.actions.database, call.scope());
  return refuse(
    "dag.unknown",
    { dag_id: dagId, near: nearSentence(dagId, known) },
    { pointer: "path/dag_id", actual: dagId, ...(airflow ? { airflow } : {}) },
  );
}

/** A run that is not there. */
export function runUnknown(dagId: string, runId: string, airflow?: RefusalDetails["airflow"]): RefusalError {
  return refuse(
    "run.unknown",
    { dag_id: dagId, run_id: runId, near: "" },
    { pointer: "path/dag_run_id", actual: runId, ...(airflow ? { airflow } : {}) },
  );
}

/** Anything else that is not there. @param kind as people call it: `pool`, `task instance` */
export function objectUnknown(kind: string, name: string, details: RefusalDetails = {}): RefusalError {
  return refuse("object.unknown", { kind, name, near: "" }, { actual: name, ...details });
}
