import { findDag, findRun, type RunRow } from "@windlass/core/queries";
import type { Call } from "../../call.ts";
import { dagUnknown, runUnknown } from "../../not-found.ts";

/** The run of a path. @throws RefusalError for the Dag, or for the run */
export async function runOf(
  call: Pick<Call<unknown, unknown, unknown>, "server" | "scope">,
  dagId: string,
  runId: string,
): Promise<RunRow> {
  const { database } = call.server.actions;
  const run = await findRun(database, dagId, runId);
  if (run !== undefined) return run;
  throw (await findDag(database, dagId)) === undefined ? await dagUnknown(call, dagId) : runUnknown(dagId, runId);
}
