import { RefusalError } from "@windlass/contract";
import { renewLeases } from "../../store/attempts.ts";
import { findAttempt } from "../../store/held-attempts.ts";
import type { ActionContext } from "../context.ts";
import { attemptReplaced, attemptUnknown, notRunning, runningElsewhere } from "./attempt-refusals.ts";

/**
 * A running attempt gives a sign of life, and its lease is extended by the database's clock.
 * @throws RefusalError where it may not run (any more): its process is to end
 */
export async function renewRemoteAttempt(
  { database, config }: Pick<ActionContext, "database" | "config">,
  attemptId: string,
  at: { readonly hostname: string; readonly pid: number },
): Promise<void> {
  const row = await findAttempt(database, attemptId);
  if (!row) throw new RefusalError(attemptUnknown(attemptId));
  if (!row.isCurrent) throw new RefusalError(attemptReplaced(attemptId));
  if (row.state === "running" && (row.hostname !== at.hostname || row.pid !== at.pid))
    throw new RefusalError(runningElsewhere(row));
  const renewed = await renewLeases(database, [attemptId], config.scheduler.task_instance_heartbeat_timeout);
  if (renewed.length > 0) return;
  const now = await findAttempt(database, attemptId);
  throw new RefusalError(now?.isCurrent === true ? notRunning(now) : attemptReplaced(attemptId));
}
