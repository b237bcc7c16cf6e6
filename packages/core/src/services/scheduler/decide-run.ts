import { earlier, type EmittedAssetEvent, type Instant } from "@windlass/contract";
import { advance, type AdvanceOptions } from "../../domain/advance.ts";
import { apply } from "../../domain/apply.ts";
import type { QueueCandidate } from "../../domain/limits/slots.ts";
import { outcomeXcoms } from "../../domain/outcome-xcoms.ts";
import {
  applyOutcome,
  attemptInterrupted,
  attemptLost,
  attemptNeverStarted,
  type Report,
  triggerFired,
} from "../../domain/reports.ts";
import { indexOf } from "../../domain/run-index.ts";
import type { RunSnapshot } from "../../domain/snapshot.ts";
import type { Transition } from "../../domain/transition.ts";
import type { XcomRow } from "../../store/commit-transitions.ts";
import { candidateOf, type ActiveRun, type AttemptReport } from "./active-run.ts";

/** What is to be written about one run. The slots that its scheduled task instances get are added later, under locks. */
export interface Decided {
  readonly active: ActiveRun;
  readonly before: RunSnapshot;
  after: RunSnapshot;
  transitions: Transition[];
  nextCheckAt: Instant | null;
  /** Task instances that this decision scheduled. */
  readonly candidates: Map<number, QueueCandidate>;
  /** Reports that the decision rests on, accepted or late; taken from the run when it is committed. */
  readonly reports: readonly AttemptReport[];
  readonly late: readonly AttemptReport[];
  readonly xcoms: readonly XcomRow[];
  /** What accepted reports say of the events of outlets, by the keys of their task instances; left out where none does. */
  readonly emitted?: ReadonlyMap<number, readonly EmittedAssetEvent[]>;
  /** A queued run that is to start, if its Dag has room. */
  readonly asksAdmission: boolean;
  /** A mapped task waits for keys of new instances. */
  readonly wantsIds: boolean;
}

/**
 * All that follows for a run from the reports about it, its own rows and the clock.
 * @param random evenly spread over [0, 1): spreads the delays of retries
 */
export function decideRun(
  active: ActiveRun,
  now: Instant,
  random: () => number,
  expansion: Pick<AdvanceOptions, "takeIds" | "maxMapLength"> = {},
): Decided {
  const before = active.snapshot;
  const reports = [...active.reports];
  const late: AttemptReport[] = [];
  const xcoms: XcomRow[] = [];
  const transitions: Transition[] = [];
  let emitted: Map<number, readonly EmittedAssetEvent[]> | undefined;
  const changed = active.changed === null ? null : new Set(active.changed);
  let after = before;
  for (const report of reports) {
    const instance = indexOf(after.graph, after.taskInstances).byAttempt.get(report.attemptId);
    const answer = judge(after, report, now, random);
    if (!answer.accepted || instance === undefined) {
      late.push(report);
      continue;
    }
    const { id = 0, taskId = "" } = after.taskInstances[instance] ?? {};
    if (report.kind === "outcome")
      xcoms.push(...outcomeXcoms(after, { id, taskId, attemptId: report.attemptId }, report.outcome));
    if (report.kind === "outcome" && report.outcome.state === "success" && report.outcome.assetEvents)
      (emitted ??= new Map()).set(id, report.outcome.assetEvents);
    after = apply(after, answer.transitions, now);
    transitions.push(...answer.transitions);
    for (const made of answer.transitions) if (made.kind === "task_instance") changed?.add(made.taskId);
  }
  const asksAdmission =
    after.state === "queued" && !after.dagPaused && after.runAfter <= now && after.backfill?.paused !== true;
  const next = advance(after, now, {
    runStarts: asksAdmission,
    ...(changed && { changedTaskIds: changed }),
    ...expansion,
  });
  after = apply(after, next.transitions, now);
  transitions.push(...next.transitions);
  const candidates = new Map<number, QueueCandidate>();
  for (const transition of transitions) {
    if (transition.kind === "task_instance" && transition.to === "scheduled")
      candidates.set(transition.id, candidateOf(after, transition));
  }
  // A report says when its retry is due; `advance` says so of all that wait.
  return {
    active,
    before,
    after,
    transitions,
    nextCheckAt: earlier(next.nextCheckAt, null),
    candidates,
    reports,
    late,
    xcoms,
    ...(emitted && { emitted }),
    asksAdmission,
    wantsIds: next.idsWanted !== undefined,
  };
}

function judge(run: RunSnapshot, report: AttemptReport, now: Instant, random: () => number): Report {
  switch (report.kind) {
    case "outcome":
      return applyOutcome(run, report.attemptId, report.outcome, now, random());
    case "lost":
      return attemptLost(run, report.attemptId, now, random());
    case "interrupted":
      return attemptInterrupted(run, report.attemptId);
    case "never_started":
      return attemptNeverStarted(run, report.attemptId);
    case "trigger":
      return triggerFired(run, report.attemptId, report.event, now);
  }
}
