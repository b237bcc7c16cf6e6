import {
  addSeconds,
  type AttemptError,
  type AttemptOutcome,
  type AttemptRun,
  type CallbackSubject,
  type Instant,
  NOT_MAPPED,
} from "@windlass/contract";
import {
  type AlertNotice,
  type CallbackNotice,
  deadlineBase,
  deadlineNotices,
  intervalOfText,
  noticesOf,
  type RunSnapshot,
  type Transition,
} from "@windlass/core/domain";
import type { CallbackFacts } from "../attempt/execute-callback.ts";
import type { TestedAlert, TestedCallback } from "../authoring/dag-test.ts";

/** Calls one callback. */
export type CallCallback = (facts: CallbackFacts) => Promise<AttemptOutcome>;

/** What follows from the states of a test's run, by the engine's own rules: each callback is called once, at once; alerts are only noted. */
export class TestNotices {
  readonly callbacks: TestedCallback[] = [];
  readonly alerts: TestedAlert[] = [];
  readonly #run: AttemptRun;
  readonly #call: CallCallback;
  readonly #maxXcomBytes: number;
  #deadlines: readonly { readonly position: number; readonly at: Instant }[];

  /** @param variables by their keys, for intervals that one of them holds */
  constructor(
    snapshot: RunSnapshot,
    run: AttemptRun,
    variables: Readonly<Record<string, string>>,
    maxXcomBytes: number,
    call: CallCallback,
  ) {
    this.#run = run;
    this.#call = call;
    this.#maxXcomBytes = maxXcomBytes;
    const { queuedAt, logicalDate } = snapshot;
    // A test has no runs before it, so there is no mean of how long they took.
    const facts = { queuedAt, logicalDate, now: queuedAt, durations: [] };
    this.#deadlines = (snapshot.graph.dag.deadlines ?? []).flatMap((deadline, position) => {
      const base = deadlineBase(deadline.reference, facts);
      const seconds = deadline.intervalSeconds ?? intervalOfText(variables[deadline.intervalVariable ?? ""] ?? "");
      return base === null || seconds === undefined ? [] : [{ position, at: addSeconds(base, seconds) }];
    });
  }

  /** Transitions were applied. */
  async moved(
    before: RunSnapshot,
    after: RunSnapshot,
    transitions: readonly Transition[],
    now: Instant,
  ): Promise<void> {
    await this.passed(before, now);
    const notices = noticesOf({ before, after, transitions }, now);
    if (notices === undefined) return;
    if (notices.metDeadlines.length > 0) this.#deadlines = [];
    await this.#follow(notices.callbacks, notices.alerts);
  }

  /** Time has passed. */
  async passed(run: RunSnapshot, now: Instant): Promise<void> {
    const missed = this.#deadlines.filter(({ at }) => at < now);
    this.#deadlines = this.#deadlines.filter(({ at }) => at >= now);
    const { deadlines = [], alerts = [] } = run.graph.dag;
    for (const { position, at } of missed) {
      const { id, dagId, runId, state, logicalDate, startDate, endDate } = run;
      const over = { id: position, dagRunId: id, position, name: deadlines[position]?.name ?? null, deadlineAt: at };
      const notices = deadlineNotices(
        { ...over, dagId, runId, state, logicalDate, startDate, endDate, serialized: { deadlines, alerts } },
        now,
      );
      await this.#follow(notices.callbacks, notices.alerts);
    }
  }

  async #follow(callbacks: readonly CallbackNotice[], alerts: readonly AlertNotice[]): Promise<void> {
    for (const { content, target } of alerts)
      this.alerts.push({ event: content.event, kind: target.kind, connection: target.connection });
    for (const notice of callbacks) {
      const instance = instanceOf(notice.subject);
      const { subject, index, dedupeKey } = notice;
      const outcome = await this.#call({
        attemptId: dedupeKey,
        ...instance,
        run: this.#run,
        inputs: {},
        maxXcomBytes: this.#maxXcomBytes,
        callback: { subject, index, dedupeKey, delivery: 1 },
      });
      this.callbacks.push({
        of: subject.of,
        kind: subject.kind,
        taskId: subject.of === "task" ? subject.taskId : null,
        mapIndex: instance.mapIndex,
        tryNumber: instance.tryNumber,
        index,
        reason: subject.of === "deadline" ? "deadline_missed" : subject.reason,
        dedupeKey,
        error: outcome.state === "failed" ? said(outcome.error) : null,
      });
    }
  }
}

function instanceOf(subject: CallbackSubject): Pick<CallbackFacts, "taskId" | "mapIndex" | "tryNumber" | "maxTries"> {
  if (subject.of !== "task") return { taskId: "", mapIndex: NOT_MAPPED, tryNumber: 0, maxTries: 0 };
  const { taskId, mapIndex, tryNumber, maxTries } = subject;
  return { taskId, mapIndex, tryNumber, maxTries };
}

function said({ kind, name, message }: AttemptError): NonNullable<TestedCallback["error"]> {
  return { kind, name, message };
}
