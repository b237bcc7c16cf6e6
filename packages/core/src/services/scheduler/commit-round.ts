import type { Instant } from "@windlass/contract";
import { apply } from "../../domain/apply.ts";
import { type AdmissionLimits, admitRuns } from "../../domain/limits/admit-runs.ts";
import type { QueueCandidate, QueuePlaces, QueueSelection } from "../../domain/limits/slots.ts";
import type { Notices } from "../../domain/notices/notice.ts";
import { indexOf } from "../../domain/run-index.ts";
import type { TaskInstanceTransition } from "../../domain/transition.ts";
import type { LockedBackfill } from "../../store/backfills.ts";
import type { LockedState } from "../../store/occupancy.ts";
import { batchOf } from "../../store/run-decisions.ts";
import type { ActiveRun, AttemptReport } from "./active-run.ts";
import type { Decided } from "./decide-run.ts";
import { pickSlots } from "./pick-slots.ts";
import type { LateReport, SchedulerStore } from "./scheduler-store.ts";

/** What a round's transaction works with. */
export interface RoundInput {
  readonly now: Instant;
  readonly decided: readonly Decided[];
  /** Task instances that could have slots once the decisions stand, as far as their runs go. */
  readonly candidates: readonly QueueCandidate[];
  readonly activeRun: (dagRunId: number) => ActiveRun | undefined;
  readonly executorFree: number;
  /** Who takes which queue; left out: the executor takes all. */
  readonly places?: QueuePlaces;
  readonly hostname: string;
  readonly pid: number;
  readonly bootId: string;
  readonly leaseSeconds: number;
  /** Whether what a task instance keeps goes when it succeeds. */
  readonly clearOnSuccess: boolean;
  /** @param isHere whether it is for the executor of this process, not for a worker */
  readonly newAttemptId: (dagRunId: number, isHere: boolean) => string;
}

/** What was committed. */
export interface RoundResult {
  readonly committed: readonly Decided[];
  /** Queued runs whose Dag has no room, or was paused meanwhile. */
  readonly heldBack: readonly Decided[];
  /** Attempts that are running from now on, with the run they belong to. */
  readonly started: readonly { readonly active: ActiveRun; readonly attemptId: string }[];
  /** Attempts that are over by this commit, whoever said so. */
  readonly endedAttempts: readonly string[];
  readonly eventIds: readonly number[];
  /** Dags that wait for assets and for which something new has happened. */
  readonly queuedDagIds: readonly string[];
  /** What follows from it outside of the engine. */
  readonly notices: readonly Notices[];
}

/**
 * One transaction for all that is ready: reports, what follows from them, runs that start, and the task instances that get slots. A task instance that
 * gets a slot is queued and started in the same commit, because the executor is in this process and `executorFree` is promised: the start is
 * the moment of this commit, as it is where a worker asks `/run`. What is committed as running and never reaches its process has been started and
 * lost; nothing is ever left queued in between. The events tell every transition (docs/adr/0010-queue-and-start-in-one-commit.md). What is for workers
 * is only queued: a worker that asks for it starts it (docs/adr/0030-queues-and-workers.md).
 * @throws RunsChangedMeanwhile, DatabaseError; nothing is committed then, save where the connection was lost during COMMIT
 */
export async function commitRound(store: SchedulerStore, input: RoundInput): Promise<RoundResult> {
  const { candidates } = input;
  const pools = [...new Set(candidates.map((each) => each.pool))].sort();
  const asking = input.decided.filter((each) => each.asksAdmission).map((each) => each.after);
  const dagIds = [...new Set(asking.map((each) => each.dagId))].sort();
  const backfillIds = [...new Set(asking.flatMap((each) => each.backfill?.id ?? []))];
  const late = input.decided.flatMap((each) => each.late);
  return store.transaction(async (tx) => {
    const [locked, backfills] = await Promise.all([tx.lockAndCount({ pools, dagIds }), tx.lockBackfills(backfillIds)]);
    const { admitted, heldBack } = admit(input.decided, locked, backfills, input.now);
    const held = new Set(heldBack.map((each) => each.active.id));
    const mayQueue = held.size === 0 ? candidates : candidates.filter((each) => !held.has(each.dagRunId));
    const picked = pickSlots(mayQueue, locked.occupancy, admitted, input);
    const { decisions, started } = giveSlots(admitted, picked, input);
    const changed = decisions.filter((each) => each.transitions.length > 0);
    const batch = batchOf(changed, {
      at: input.now,
      bootId: input.bootId,
      leaseSeconds: input.leaseSeconds,
      clearOnSuccess: input.clearOnSuccess,
      hostname: input.hostname,
      pid: input.pid,
      xcoms: admitted.flatMap((each) => each.xcoms),
    });
    const reports = lateReports(late);
    const [written] = await Promise.all([
      tx.commitTransitions(batch, reports.length === 0),
      tx.insertLateReports(reports),
    ]);
    return {
      committed: decisions,
      heldBack,
      started,
      endedAttempts: batch.attemptsEnded.map((each) => each.attemptId),
      ...written,
      notices: batch.notices,
    };
  });
}

function lateReports(late: readonly AttemptReport[]): readonly LateReport[] {
  // A lease that expired or a start that never came is this process's own finding, not a worker's report.
  return late.flatMap((each) =>
    each.kind === "outcome" && each.again !== true ? [{ attemptId: each.attemptId, report: each.outcome.state }] : [],
  );
}

function admit(
  decided: readonly Decided[],
  locked: LockedState,
  backfills: ReadonlyMap<number, LockedBackfill>,
  now: Instant,
): { readonly admitted: readonly Decided[]; readonly heldBack: readonly Decided[] } {
  const asking = decided.filter((each) => each.asksAdmission);
  if (asking.length === 0) return { admitted: decided, heldBack: [] };
  const starts = new Set<number>();
  for (const [place, runs] of Map.groupBy(asking, (each) => placeOf(each.before))) {
    const [first] = runs;
    if (first === undefined) continue;
    // What ends in this very commit makes room.
    const ending = decided.filter(
      (each) => placeOf(each.before) === place && each.before.state === "running" && each.after.state !== "running",
    ).length;
    const admission = admitRuns(
      runs.map(({ before: { id, runAfter, backfill } }) => ({
        id,
        runAfter,
        ...(backfill && { ordinal: backfill.ordinal }),
      })),
      limitsOf(first.before, locked, backfills, ending),
      now,
    );
    for (const run of admission.start) starts.add(run.id);
  }
  return {
    admitted: decided.filter((each) => !each.asksAdmission || starts.has(each.before.id)),
    heldBack: asking.filter((each) => !starts.has(each.before.id)),
  };
}

/** What a run takes up room of: its backfill, else its Dag. */
function placeOf({ dagId, backfill }: Decided["before"]): string | number {
  return backfill?.id ?? dagId;
}

function limitsOf(
  { dagId, backfill, graph }: Decided["before"],
  locked: LockedState,
  backfills: ReadonlyMap<number, LockedBackfill>,
  ending: number,
): AdmissionLimits {
  const dag = locked.dags.get(dagId);
  const paused = dag?.paused ?? true;
  const filling = backfill && backfills.get(backfill.id);
  if (filling) {
    const { maxActiveRuns, runningCount } = filling;
    return { paused, runningCount: runningCount - ending, maxActiveRuns, backfill: { paused: filling.paused } };
  }
  return { paused, runningCount: (dag?.runningCount ?? 0) - ending, maxActiveRuns: graph.dag.maxActiveRuns };
}

/** The decisions with the slots added. Those made before stay as they are: the transaction may run again. */
function giveSlots(
  admitted: readonly Decided[],
  { queue, forWorkers }: Pick<QueueSelection, "queue" | "forWorkers">,
  input: RoundInput,
): { readonly decisions: readonly Decided[]; readonly started: RoundResult["started"] } {
  if (queue.length === 0) return { decisions: admitted, started: [] };
  const byRun = new Map<number, Decided>(admitted.map((each) => [each.before.id, each]));
  const started: { active: ActiveRun; attemptId: string }[] = [];
  for (const [runId, candidates] of Map.groupBy(queue, (each) => each.dagRunId)) {
    const base = byRun.get(runId) ?? untouched(input.activeRun(runId));
    if (!base) continue;
    const transitions = candidates.flatMap((each) =>
      slotTransitions(base, each, input.newAttemptId(runId, !forWorkers.has(each.id)), forWorkers.has(each.id)),
    );
    const decided = {
      ...base,
      after: apply(base.after, transitions, input.now),
      transitions: [...base.transitions, ...transitions],
    };
    byRun.set(runId, decided);
    for (const { attemptId, id } of transitions)
      if (attemptId !== undefined && !forWorkers.has(id)) started.push({ active: base.active, attemptId });
  }
  return { decisions: [...byRun.values()], started };
}

function untouched(active: ActiveRun | undefined): Decided | undefined {
  if (!active) return undefined;
  const { snapshot, nextCheckAt } = active;
  return {
    active,
    before: snapshot,
    after: snapshot,
    transitions: [],
    nextCheckAt,
    candidates: new Map(),
    reports: [],
    late: [],
    xcoms: [],
    asksAdmission: false,
    wantsIds: false,
  };
}

function slotTransitions(
  base: Decided,
  candidate: QueueCandidate,
  attemptId: string,
  forWorkers: boolean,
): readonly TaskInstanceTransition[] {
  const { id, taskId, mapIndex } = candidate;
  const tryNumber = tryNumberOf(base, candidate);
  const shared = { kind: "task_instance", id, taskId, mapIndex, tryNumber } as const;
  const queued: TaskInstanceTransition = {
    ...shared,
    from: "scheduled",
    to: "queued",
    reason: "slots_free",
    attemptId,
  };
  if (forWorkers) return [queued];
  return [queued, { ...shared, from: "queued", to: "running", reason: "attempt_started" }];
}

function tryNumberOf({ after }: Decided, candidate: QueueCandidate): number {
  const index = indexOf(after.graph, after.taskInstances).byId.get(candidate.id);
  return (index === undefined ? undefined : after.taskInstances[index]?.tryNumber) ?? 0;
}
