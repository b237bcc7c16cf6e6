import { type Instant, type JsonObject, RefusalError } from "@windlass/contract";
import { type BackfillInput, unknownBackfill } from "@windlass/core/actions";
import { type BackfillRow, findBackfill } from "@windlass/core/queries";
import type { Call } from "../call.ts";

/** The body of a backfill, read by any dialect; what was wrong in it is left out. */
export interface BackfillBody {
  readonly dag_id: string;
  readonly from_date: Instant;
  readonly to_date: Instant;
  readonly run_backwards: boolean;
  readonly dag_run_conf?: JsonObject | null | undefined;
  readonly reprocess_behavior: BackfillInput["reprocessBehavior"];
  readonly max_active_runs: number;
  readonly run_on_latest_version?: boolean | null | undefined;
}

/** What an action on a backfill asks for; fields that were wrong are as if they had their defaults, so that all else is judged too. */
export function backfillInput(body: Partial<BackfillBody> | undefined): BackfillInput {
  return {
    dagId: body?.dag_id ?? "",
    fromDate: body?.from_date,
    toDate: body?.to_date,
    runBackwards: body?.run_backwards ?? false,
    conf: body?.dag_run_conf ?? null,
    reprocessBehavior: body?.reprocess_behavior ?? "none",
    onNewestVersion: body?.run_on_latest_version,
    maxActiveRuns: body?.max_active_runs ?? 10,
  };
}

/** The backfill that a path names. One of a Dag that the caller may not read is answered like one that is not there. @throws RefusalError */
export async function backfillOf(
  call: Pick<Call<unknown, unknown, unknown>, "server" | "may">,
  id: number,
): Promise<BackfillRow> {
  const found = await findBackfill(call.server.actions.database, id);
  if (found === undefined || !call.may("backfill.read", found.dagId)) throw new RefusalError(unknownBackfill(id));
  return found;
}
