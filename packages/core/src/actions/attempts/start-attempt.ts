import { type Instant, RefusalError } from "@windlass/contract";
import { startAttempt } from "../../store/attempts.ts";
import { findAttempt } from "../../store/held-attempts.ts";
import type { ActionContext } from "../context.ts";
import { attemptUnknown, notQueued } from "./attempt-refusals.ts";

/** Who starts an attempt, as the execution API's `/run` tells it. */
export interface AttemptStartInput {
  readonly attemptId: string;
  readonly hostname: string;
  readonly unixname: string;
  readonly pid: number;
  readonly startDate: Instant;
}

/** The worker's boot is not known where a foreign client starts an attempt; then nobody's restart ends it. */
const NO_BOOT = null;

/**
 * Starts a queued attempt: from here on it runs, and holds a lease. The same start again has the same answer.
 * @throws RefusalError where it is unknown, or not queued (any more)
 */
export async function startRemoteAttempt(context: ActionContext, start: AttemptStartInput): Promise<void> {
  const { database, config, signals } = context;
  const leaseSeconds = config.scheduler.task_instance_heartbeat_timeout;
  const answer = await database.transaction((tx) => startAttempt(tx, { ...start, bootId: NO_BOOT }, leaseSeconds));
  if (answer.kind === "started") {
    if (!answer.again) signals.runChanged(answer.dagRunId);
    return;
  }
  const row = await findAttempt(database, start.attemptId);
  if (row?.isCurrent !== true) throw new RefusalError(attemptUnknown(start.attemptId));
  throw new RefusalError(notQueued(row));
}
