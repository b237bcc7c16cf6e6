import type { AttemptOutcome, Instant } from "@windlass/contract";
import { apply } from "../../src/domain/apply.ts";
import type { RunSnapshot } from "../../src/domain/snapshot.ts";
import type { Advance } from "../../src/domain/transition.ts";
import { ActiveRun, type AttemptReport } from "../../src/services/scheduler/active-run.ts";
import { commitRound, type RoundResult } from "../../src/services/scheduler/commit-round.ts";
import { decideRun } from "../../src/services/scheduler/decide-run.ts";
import type { SchedulerStore } from "../../src/services/scheduler/scheduler-store.ts";
import { batchOf, startingNothing } from "../../src/store/run-decisions.ts";
import type { NewRun, RunInsertion } from "../../src/store/runs.ts";
import { graphsOf } from "../../test-support/simulation/graphs-of.ts";
import type { HandTransaction, WorldStore } from "../../test-support/simulation/world-store.ts";

export const BOOT = "00000000-0000-4000-8000-0000000000b0";

/** A run as a scheduler would hold it. */
export async function hold(store: WorldStore, id: number): Promise<ActiveRun | undefined> {
  const [loaded] = await store.loadRuns([id], (ids) => graphsOf(store, ids));
  return loaded && new ActiveRun(loaded);
}

/** What a round is given besides its runs. */
export interface RoundGiven {
  readonly now: Instant;
  readonly executorFree?: number;
  readonly leaseSeconds?: number;
  readonly forWorkers?: boolean;
  readonly newAttemptId: () => string;
  readonly takeIds?: (count: number) => readonly { readonly id: number; readonly attemptId: string }[] | undefined;
}

/** One round about runs that are held, as a scheduler makes it. @throws RunsChangedMeanwhile */
export async function round(
  store: SchedulerStore,
  held: readonly ActiveRun[],
  {
    now,
    executorFree = 8,
    leaseSeconds = 600,
    forWorkers = false,
    newAttemptId,
    takeIds = () => undefined,
  }: RoundGiven,
): Promise<RoundResult> {
  const decided = held.map((active) => decideRun(active, now, () => 0.5, { takeIds }));
  const touched = new Set(decided.flatMap((each) => each.transitions).flatMap((each) => ("id" in each ? each.id : [])));
  const candidates = held.flatMap((active, at) => [
    ...[...active.scheduled.values()].filter((each) => !touched.has(each.id)),
    ...(decided[at]?.candidates.values() ?? []),
  ]);
  const result = await commitRound(store, {
    ...{ now, decided, candidates, executorFree, leaseSeconds, newAttemptId },
    activeRun: (id) => held.find((active) => active.id === id),
    ...(forWorkers && { places: { isLocal: () => false, workerRoom: () => Number.POSITIVE_INFINITY } }),
    ...{ hostname: "here", pid: 7, bootId: BOOT, clearOnSuccess: false },
  });
  for (const each of result.committed)
    if (each.transitions.length > 0) each.active.committed(each.after, each.transitions, each.candidates);
  for (const active of held) active.reports = [];
  return result;
}

export function outcome(attemptId: string, what: AttemptOutcome): AttemptReport {
  return { kind: "outcome", attemptId, outcome: what };
}

export const FAILED: AttemptOutcome = {
  state: "failed",
  error: { kind: "error", name: "Error", message: "told to", stack: null },
  mayRetry: true,
};

/** Makes a run by hand. */
export async function makeRun(
  store: WorldStore,
  dagId: string,
  dagVersionId: number,
  now: Instant,
  overrides: Partial<NewRun> = {},
): Promise<RunInsertion> {
  const run: NewRun = {
    ...{ dagId, dagVersionId, moment: now, queuedAt: now, runType: "manual", triggeredBy: "test" },
    identity: (moment) => ({
      ...{ runId: `manual__${moment}`, logicalDate: moment, dataIntervalStart: null, dataIntervalEnd: null },
      runAfter: now,
    }),
    given: { runId: false, logicalDate: false },
    ...{ triggeringUser: null, conf: {}, params: {}, note: null, noteAccountId: null, launchContext: {} },
    ...overrides,
  };
  const [made] = await store.byHand((tx) => tx.insertRuns([run]));
  return made!;
}

/** Changes a run as an action does: it is held, read, and changed by the domain's rules. @returns whether it is there */
export async function changeByHand(
  store: WorldStore,
  dagRunId: number,
  now: Instant,
  decide: (run: RunSnapshot) => Advance,
): Promise<boolean> {
  return store.byHand(async (tx: HandTransaction) => {
    if (!(await tx.lockRun(dagRunId))) return false;
    const [loaded] = await tx.loadRuns([dagRunId], (ids) => graphsOf(store, ids));
    if (!loaded) return false;
    const { snapshot: before } = loaded;
    const { transitions } = decide(before);
    await tx.commitTransitions(
      batchOf([{ before, after: apply(before, transitions, now), transitions }], startingNothing(now)),
    );
    return true;
  });
}
