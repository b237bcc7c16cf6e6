import type { AttemptOutcome } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { advance } from "./advance.ts";
import { apply } from "./apply.ts";
import { clearTaskInstances } from "./clear.ts";
import { markTaskInstances } from "./mark.ts";
import { applyOutcome, attemptStarted, triggerFired } from "./reports.ts";
import { advanced, after, ended, queueTransition, reported, SUCCESS } from "./test-support/drive.ts";
import { instanceOf, makeRun, makeTask, retries, START } from "./test-support/make-run.ts";

const tasks = [makeTask("a", [], retries(1)), makeTask("b", ["a"])];
const deferral = (timeoutSeconds: number | null): AttemptOutcome => ({
  state: "deferred",
  trigger: { kind: "moment", moment: after(60) },
  timeoutSeconds,
});
const RESCHEDULED: AttemptOutcome = { state: "rescheduled", afterSeconds: 30 };
const waiting = (outcome: AttemptOutcome) => ended(advanced(makeRun(tasks)), "a", outcome);

describe("a deferred task instance", () => {
  it("goes on in the same try when its moment has come, and is told so", () => {
    const run = waiting(deferral(null));
    expect(instanceOf(run, "a")).toMatchObject({ state: "deferred", tryNumber: 1, notBefore: after(60) });
    expect(advance(run, after(59))).toEqual({ transitions: [], nextCheckAt: after(60) });
    const over = instanceOf(advanced(run, after(60)), "a");
    expect(over).toMatchObject({ state: "scheduled", tryNumber: 1, trigger: null });
    expect(over.carry).toEqual({
      since: START,
      polls: 0,
      events: [{ kind: "event", payload: { moment: after(60) } }],
    });
  });

  it("is told that its patience ended first", () => {
    const over = advanced(waiting(deferral(20)), after(20));
    expect(instanceOf(over, "a")).toMatchObject({ state: "scheduled", carry: { events: [{ kind: "timeout" }] } });
  });

  it("adds the events of a try one after another, and begins the next try without them", () => {
    const once = advanced(waiting(deferral(20)), after(20));
    const twice = advanced(ended(once, "a", deferral(null), after(21)), after(60));
    expect(instanceOf(twice, "a").carry?.events.map(({ kind }) => kind)).toEqual(["timeout", "event"]);
    const failed = ended(
      twice,
      "a",
      { state: "failed", error: { kind: "error", name: "Error", message: "asked to", stack: null }, mayRetry: true },
      after(61),
    );
    expect(instanceOf(failed, "a")).toMatchObject({ state: "up_for_retry", carry: null });
    expect(instanceOf(advanced(failed, after(200)), "a")).toMatchObject({ tryNumber: 2, carry: null });
  });

  it("drops its wait when it is cleared or marked", () => {
    const run = waiting(deferral(null));
    const cleared = apply(run, clearTaskInstances(run, new Set([1])).transitions, after(5));
    expect(instanceOf(cleared, "a")).toMatchObject({ state: null, trigger: null, carry: null, notBefore: null });
    const marked = apply(run, markTaskInstances(run, new Set([1]), ["a"], "success").transitions, after(5));
    expect(instanceOf(marked, "a")).toMatchObject({ state: "success", trigger: null, carry: null });
    expect(instanceOf(advanced(marked, after(5)), "b").state).toBe("scheduled");
  });

  it("counts also where nothing was heard of the start of its attempt", () => {
    const scheduled = advanced(makeRun(tasks));
    const queued = apply(scheduled, [queueTransition(instanceOf(scheduled, "a"))], START);
    const { attemptId } = instanceOf(queued, "a");
    const run = reported(queued, applyOutcome(queued, attemptId, deferral(null), after(1), 0), after(1));
    expect(instanceOf(run, "a").state).toBe("deferred");
    expect(attemptStarted(run, attemptId).accepted).toBe(false);
  });
});

describe("a task instance that asked to be looked at later", () => {
  it("comes back in the same try with one more look behind it, timed from its first start", () => {
    const run = waiting(RESCHEDULED);
    expect(instanceOf(run, "a")).toMatchObject({ state: "up_for_reschedule", notBefore: after(30) });
    const back = advanced(run, after(30));
    expect(instanceOf(back, "a")).toMatchObject({
      state: "scheduled",
      tryNumber: 1,
      carry: { since: START, polls: 1 },
    });
    const again = advanced(ended(back, "a", RESCHEDULED, after(31)), after(90));
    expect(instanceOf(again, "a").carry).toMatchObject({ since: START, polls: 2 });
    expect(instanceOf(ended(again, "a", SUCCESS, after(91)), "a")).toMatchObject({
      state: "success",
      startDate: START,
    });
  });
});

const RUN_OF_OTHERS: AttemptOutcome = {
  state: "deferred",
  trigger: { kind: "dag_run", dagId: "other", runId: "one", states: ["success", "failed"] },
  timeoutSeconds: null,
};
const EVENT = { kind: "event", payload: { state: "success" } } as const;

describe("a task instance that waits for an event", () => {
  it("waits without a moment, and goes on in the same try with what happened", () => {
    const run = waiting(RUN_OF_OTHERS);
    const waits = instanceOf(run, "a");
    expect(waits).toMatchObject({ state: "deferred", tryNumber: 1, notBefore: null });
    expect(advance(run, after(1e6))).toEqual({ transitions: [], nextCheckAt: null });
    const fired = triggerFired(run, waits.attemptId, EVENT, after(5));
    expect(fired.accepted).toBe(true);
    expect(instanceOf(apply(run, fired.transitions, after(5)), "a")).toMatchObject({
      state: "scheduled",
      tryNumber: 1,
      trigger: null,
      carry: { events: [EVENT] },
    });
  });

  it("is told of its event once: a second report, and one about an attempt of before, change nothing", () => {
    const run = waiting(RUN_OF_OTHERS);
    const { attemptId } = instanceOf(run, "a");
    const over = apply(run, triggerFired(run, attemptId, EVENT, after(5)).transitions, after(5));
    expect(triggerFired(over, attemptId, EVENT, after(6))).toMatchObject({ accepted: false, transitions: [] });
    expect(triggerFired(run, "another", EVENT, after(6))).toMatchObject({ accepted: false, transitions: [] });
  });

  it("gives up after its time-out", () => {
    const run = waiting({ ...RUN_OF_OTHERS, timeoutSeconds: 20 });
    expect(instanceOf(run, "a")).toMatchObject({ notBefore: after(20) });
    expect(instanceOf(advanced(run, after(20)), "a")).toMatchObject({
      state: "scheduled",
      carry: { events: [{ kind: "timeout" }] },
    });
  });
});

const question = (defaults: readonly string[] | null, timeoutSeconds: number | null): AttemptOutcome => ({
  state: "deferred",
  trigger: {
    kind: "human",
    request: {
      subject: "Ship it?",
      body: null,
      options: ["Approve", "Reject"],
      defaults,
      multiple: false,
      params: { reason: { value: "none given", description: null, schema: { type: "string" } } },
      assignedUsers: [],
    },
  },
  timeoutSeconds,
});

describe("a task instance that waits for a person", () => {
  it("awaits input for as long as it takes, and knows since when", () => {
    const run = waiting(question(null, null));
    expect(instanceOf(run, "a")).toMatchObject({
      state: "awaiting_input",
      notBefore: null,
      trigger: { askedAt: START },
    });
    expect(advance(run, after(1e6)).transitions).toEqual([]);
  });

  it("takes the defaults where nobody answered in time, with the form as it was shown", () => {
    const over = advanced(waiting(question(["Reject"], 60)), after(60));
    expect(instanceOf(over, "a")).toMatchObject({
      state: "scheduled",
      carry: {
        events: [
          {
            kind: "event",
            payload: {
              chosen_options: ["Reject"],
              params_input: { reason: "none given" },
              responded_at: after(60),
              responded_by_user: null,
              timedout: true,
            },
          },
        ],
      },
    });
  });

  it("is told of the time-out where there are no defaults", () => {
    const over = advanced(waiting(question(null, 60)), after(60));
    expect(instanceOf(over, "a")).toMatchObject({ state: "scheduled", carry: { events: [{ kind: "timeout" }] } });
  });

  it("waits for nobody any more once it was marked or cleared", () => {
    const run = waiting(question(null, null));
    const { id, attemptId } = instanceOf(run, "a");
    for (const { transitions } of [
      markTaskInstances(run, new Set([id]), ["a"], "success"),
      clearTaskInstances(run, new Set([id])),
    ]) {
      const changed = apply(run, transitions, after(1));
      expect(instanceOf(changed, "a").trigger).toBeNull();
      expect(triggerFired(changed, attemptId, EVENT, after(2)).accepted).toBe(false);
    }
  });
});
