import { describe, expect, it } from "vitest";
import { applyOutcome, attemptLost, attemptNeverStarted, attemptStarted, executionTimedOut } from "./reports.ts";
import { advanced, after, ended, FAILED, queueTransition, reported, started, SUCCESS } from "./test-support/drive.ts";
import { apply } from "./apply.ts";
import { instanceOf, makeRun, makeTask, retries, START } from "./test-support/make-run.ts";

const running = (attempts = 0) => started(advanced(makeRun([makeTask("a", [], retries(attempts))])), "a");
const attempt = (run: ReturnType<typeof running>) => instanceOf(run, "a").attemptId;

describe("reports of attempts", () => {
  it("change nothing when they come from an attempt that is no longer the current one", () => {
    const run = running();
    const late = { accepted: false, transitions: [], nextCheckAt: null };
    expect(applyOutcome(run, "attempt-1-1", SUCCESS, START, 0)).toEqual(late);
    expect(attemptLost(run, "attempt-1-1", START, 0)).toEqual(late);
    expect(attemptStarted(run, "nobody")).toEqual(late);
  });

  it("change nothing when they come twice", () => {
    const run = running();
    const report = applyOutcome(run, attempt(run), SUCCESS, START, 0);
    expect(applyOutcome(reported(run, report), attempt(run), SUCCESS, START, 0).accepted).toBe(false);
    expect(attemptStarted(run, attempt(run)).accepted).toBe(false);
  });

  it("tell success and skipped apart", () => {
    expect(instanceOf(ended(advanced(makeRun([makeTask("a")])), "a", SUCCESS), "a").state).toBe("success");
    const skipped = ended(advanced(makeRun([makeTask("a")])), "a", { state: "skipped", reason: "not today" });
    expect(instanceOf(skipped, "a").state).toBe("skipped");
  });

  it("count also when the start was never heard of", () => {
    const scheduled = advanced(makeRun([makeTask("a")]));
    const queued = apply(scheduled, [queueTransition(instanceOf(scheduled, "a"))], START);
    const report = applyOutcome(queued, attempt(queued), SUCCESS, after(1), 0);
    expect(instanceOf(reported(queued, report, after(1)), "a")).toMatchObject({ state: "success", endDate: after(1) });
  });

  it("keep the error with a failure", () => {
    const run = running();
    const [made] = applyOutcome(run, attempt(run), FAILED, START, 0).transitions;
    expect(made).toMatchObject({ to: "failed", reason: "attempt_failed", error: { message: "asked to" } });
  });

  it("put a failed attempt up for retry while tries are left, after its delay", () => {
    const run = running(1);
    const report = applyOutcome(run, attempt(run), FAILED, after(5), 0);
    expect(report).toMatchObject({ accepted: true, nextCheckAt: after(65) });
    expect(report.transitions).toMatchObject([{ to: "up_for_retry", notBefore: after(65), tryNumber: 1 }]);
  });

  it("do not retry what asks not to be, and retry when it asks to be", () => {
    const run = running(5);
    const never = applyOutcome(run, attempt(run), { ...FAILED, mayRetry: false } as typeof FAILED, START, 0);
    expect(never.transitions).toMatchObject([{ to: "failed" }]);
    const soon = applyOutcome(run, attempt(run), { ...FAILED, retryAfterSeconds: 7 } as typeof FAILED, START, 0);
    expect(soon.transitions).toMatchObject([{ to: "up_for_retry", notBefore: after(7) }]);
  });

  it("consume a try when an attempt is lost or takes too long", () => {
    const run = running(1);
    expect(attemptLost(run, attempt(run), START, 0).transitions).toMatchObject([
      { to: "up_for_retry", reason: "lease_expired", error: { kind: "lost" } },
    ]);
    expect(executionTimedOut(run, attempt(run), START, 0).transitions).toMatchObject([
      { to: "up_for_retry", reason: "execution_timed_out", error: { kind: "timeout" } },
    ]);
    const last = running(0);
    expect(attemptLost(last, attempt(last), START, 0).transitions).toMatchObject([{ to: "failed" }]);
  });

  it("consume no try when an attempt never started: it is dispatched anew under another attempt", () => {
    const scheduled = advanced(makeRun([makeTask("a")]));
    const queued = apply(scheduled, [queueTransition(instanceOf(scheduled, "a"))], after(1));
    const again = reported(queued, attemptNeverStarted(queued, attempt(queued)), after(2));
    expect(instanceOf(again, "a")).toMatchObject({
      state: "scheduled",
      tryNumber: 1,
      queuedAt: null,
      scheduledAt: START,
    });
    const requeued = apply(again, [queueTransition(instanceOf(again, "a"))], after(3));
    expect(attemptStarted(requeued, attempt(queued)).accepted).toBe(false);
    expect(attemptStarted(requeued, attempt(requeued)).accepted).toBe(true);
  });
});
