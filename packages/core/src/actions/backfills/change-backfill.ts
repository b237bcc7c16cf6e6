import { refusal, RefusalError, type Verdict } from "@windlass/contract";
import { cancelQueuedRun } from "../../domain/backfill/cancel-run.ts";
import {
  changeBackfill as storeChange,
  findBackfill,
  lockQueuedRunsOf,
  type StoredBackfill,
} from "../../store/backfills.ts";
import type { Action, Findings } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { changeRuns } from "../runs/change-run.ts";

/** What can become of a backfill. */
export type BackfillChange = "paused" | "unpaused" | "cancelled";

/** Which backfill to change. */
export interface ChangeBackfillInput {
  /** undefined: the request's own is wrong. */
  readonly backfillId: number | undefined;
  /** Its Dag, as far as the caller could look it up; whose rights are asked for. */
  readonly dagId: string | null;
}

const EVENTS = { paused: "pause_backfill", unpaused: "unpause_backfill", cancelled: "cancel_backfill" } as const;

/**
 * Pauses, unpauses or cancels a backfill. While it is paused none of its queued runs starts; those that run go on. Cancelled, its queued runs fail,
 * those that run go on, and it is completed.
 */
export function changeBackfill(to: BackfillChange): Action<ChangeBackfillInput, StoredBackfill, StoredBackfill> {
  return {
    name: "backfill.edit",
    event: EVENTS[to],
    subject: ({ dagId, backfillId }) => ({ dagId, ...(backfillId !== undefined && { object: String(backfillId) }) }),
    async decide(context, _request, { backfillId }): Promise<Findings<StoredBackfill>> {
      if (backfillId === undefined) return { verdicts: [], warnings: [], plan: null };
      const found = await findBackfill(context.database, backfillId);
      return { verdicts: openVerdicts(backfillId, found), warnings: [], plan: found ?? null };
    },
    async execute(tx, context, _request, { id }) {
      const found = await findBackfill(tx, id, true);
      const [verdict] = openVerdicts(id, found);
      if (verdict) throw new RefusalError(verdict.refusal);
      const at = context.clock.now();
      const isPaused = to !== "unpaused";
      const completedAt = to === "cancelled" ? at : null;
      await storeChange(tx, id, { isPaused, completedAt, at });
      const ended = to === "cancelled" ? await failQueuedRuns(context, tx, id) : [];
      const dagId = found?.dagId ?? "";
      return {
        result: { id, dagId, isPaused, completedAt },
        extra: { state: to, failed_runs: ended.length },
        afterCommit: () => context.signals.dagChanged(dagId),
      };
    },
  };
}

async function failQueuedRuns(
  context: ActionContext,
  tx: Parameters<typeof lockQueuedRunsOf>[0],
  id: number,
): Promise<readonly unknown[]> {
  return changeRuns(tx, context, await lockQueuedRunsOf(tx, id), cancelQueuedRun);
}

/** What speaks against changing a backfill: that there is none, or that it is completed. */
function openVerdicts(id: number, found: StoredBackfill | undefined): readonly Verdict[] {
  if (found === undefined) return [{ phase: "existence", refusal: unknownBackfill(id) }];
  if (found.completedAt === null) return [];
  const data = { backfill_id: id, completed_at: found.completedAt };
  const airflow = { v2: "Backfill is already completed." };
  return [{ phase: "state", refusal: refusal("backfill.completed", data, { airflow }) }];
}

/** That there is no such backfill. */
export function unknownBackfill(id: number): Verdict["refusal"] {
  return refusal(
    "backfill.unknown",
    { backfill_id: id },
    { pointer: "path/backfill_id", airflow: { v2: "Backfill not found" } },
  );
}
