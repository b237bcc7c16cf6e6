import { RefusalError } from "@windlass/contract";
import { apply } from "../../domain/apply.ts";
import { attemptInterrupted } from "../../domain/reports.ts";
import { commitTransitions } from "../../store/commit-transitions.ts";
import { findAttempt } from "../../store/held-attempts.ts";
import { batchOf, startingNothing } from "../../store/run-decisions.ts";
import { lockRun } from "../../store/runs-between.ts";
import type { ActionContext } from "../context.ts";
import { attemptUnknown, notReportable } from "./attempt-refusals.ts";
import { readHeldRun } from "./held-run.ts";
import type { ReportAnswer } from "./report-outcome.ts";

/**
 * Takes an attempt back from a worker that stops in good order: its task instance gets another attempt in the same try, as after an orderly stop of
 * the scheduler's own executor. What is only queued is given back as well. The same once more has the same answer.
 * @throws RefusalError where it is unknown, or over in another way
 */
export async function interruptAttempt(context: ActionContext, attemptId: string): Promise<ReportAnswer> {
  const { database, signals, clock } = context;
  const asked = await findAttempt(database, attemptId);
  if (!asked) throw new RefusalError(attemptUnknown(attemptId));
  const isCommitted = await database.transaction(async (tx) => {
    if (!(await lockRun(tx, asked.dagRunId))) return false;
    const before = await readHeldRun(tx, context, asked.dagRunId);
    const { accepted, transitions } = attemptInterrupted(before, attemptId);
    if (!accepted) return false;
    const at = clock.now();
    const decision = { before, after: apply(before, transitions, at), transitions };
    const by = startingNothing(at);
    await commitTransitions(tx, batchOf([decision], by));
    return true;
  });
  if (isCommitted) {
    signals.runChanged(asked.dagRunId);
    return "accepted";
  }
  const now = await findAttempt(database, attemptId);
  if (now?.endedAt != null && (now.outcome === "superseded" || now.outcome === "cleared")) return "again";
  throw new RefusalError(now ? notReportable(now) : attemptUnknown(attemptId));
}
