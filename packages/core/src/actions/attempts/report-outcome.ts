import { type AttemptOutcome, RefusalError } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { apply } from "../../domain/apply.ts";
import { outcomeXcoms } from "../../domain/outcome-xcoms.ts";
import { applyOutcome } from "../../domain/reports.ts";
import { insertLateReports } from "../../store/attempts.ts";
import { type Committed, commitTransitions } from "../../store/commit-transitions.ts";
import { type AttemptRow, type Continuation, findAttempt, storeContinuation } from "../../store/held-attempts.ts";
import { batchOf, startingNothing } from "../../store/run-decisions.ts";
import { lockRun } from "../../store/runs-between.ts";
import type { ActionContext } from "../context.ts";
import { randomFraction } from "../random-fraction.ts";
import { attemptUnknown, notReportable } from "./attempt-refusals.ts";
import { instanceOfAttempt, readHeldRun } from "./held-run.ts";

/** What a report came to: it counted, or the same one had counted before. */
export type ReportAnswer = "accepted" | "again";

/**
 * Commits how an attempt ended, by the same rules as a report of the scheduler's own executor: only the current attempt of a task instance that runs
 * counts, and with it its XComs. What follows for the rest of the run is the schedulers' part: they are told that the run has changed. A report that
 * counts no more is kept as a late one.
 * @throws RefusalError for a late report
 */
export async function reportOutcome(
  context: ActionContext,
  attemptId: string,
  outcome: AttemptOutcome,
  continuation?: Continuation,
): Promise<ReportAnswer> {
  const { database, signals } = context;
  const asked = await findAttempt(database, attemptId);
  if (!asked) throw new RefusalError(attemptUnknown(attemptId));
  const committed = await database.transaction(async (tx) => {
    // The run is held, so its version cannot move: a scheduler that decided meanwhile finds its commit refused and loads the run anew.
    if (!(await lockRun(tx, asked.dagRunId))) return undefined;
    return commitReport(tx, context, asked.dagRunId, attemptId, outcome, continuation);
  });
  if (committed) {
    signals.runChanged(asked.dagRunId);
    if (committed.queuedDagIds.length > 0) signals.assetEventsQueued(committed.queuedDagIds);
    return "accepted";
  }
  const now = await findAttempt(database, attemptId);
  if (now && isSame(now, outcome)) return "again";
  // That a process was ended because its attempt had lost its permission is no news.
  const isObedience = outcome.state === "failed" && outcome.error.kind === "cancelled";
  if (!isObedience) await insertLateReports(database, [{ attemptId, report: outcome.state }]);
  throw new RefusalError(now ? notReportable(now) : attemptUnknown(attemptId));
}

async function commitReport(
  tx: Sql,
  context: ActionContext,
  dagRunId: number,
  attemptId: string,
  outcome: AttemptOutcome,
  continuation: Continuation | undefined,
): Promise<Committed | undefined> {
  const before = await readHeldRun(tx, context, dagRunId);
  const instance = instanceOfAttempt(before, attemptId);
  // A report follows a start, which is asked for; one without it comes from nobody that was allowed to run.
  if (!instance || (instance.state !== "running" && instance.state !== "restarting")) return undefined;
  const at = context.clock.now();
  const report = applyOutcome(before, attemptId, outcome, at, randomFraction(context.random));
  if (!report.accepted) return undefined;
  const xcoms = instance.state === "running" ? outcomeXcoms(before, instance, outcome) : [];
  const { transitions } = report;
  const emitted = outcome.state === "success" && outcome.assetEvents && new Map([[instance.id, outcome.assetEvents]]);
  const committed = await commitTransitions(
    tx,
    batchOf([{ before, after: apply(before, transitions, at), transitions, ...(emitted && { emitted }) }], {
      ...startingNothing(at),
      xcoms,
      clearOnSuccess: context.config.state_store.clear_on_success,
    }),
  );
  if (continuation && outcome.state === "deferred") await storeContinuation(tx, instance.id, attemptId, continuation);
  return committed;
}

const ENDS: Readonly<Record<AttemptOutcome["state"], readonly string[]>> = {
  success: ["success"],
  skipped: ["skipped"],
  failed: ["failed", "up_for_retry"],
  deferred: ["deferred", "awaiting_input"],
  rescheduled: ["up_for_reschedule"],
};

/** Whether the attempt ended by this very report: its answer was lost, and it is sent again. What ended for want of a sign of life did not. */
function isSame({ endedAt, outcome, errorKind }: AttemptRow, reported: AttemptOutcome): boolean {
  return endedAt !== null && outcome !== null && ENDS[reported.state].includes(outcome) && errorKind !== "lost";
}
