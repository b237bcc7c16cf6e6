import { invariant } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { apply } from "../../domain/apply.ts";
import { buildGraph } from "../../domain/graph.ts";
import type { DagGraph, RunSnapshot } from "../../domain/snapshot.ts";
import type { Advance } from "../../domain/transition.ts";
import { commitTransitions } from "../../store/commit-transitions.ts";
import { loadDagVersions } from "../../store/dag-versions.ts";
import { loadRuns } from "../../store/load-run.ts";
import { batchOf } from "../../store/run-decisions.ts";
import type { ActionContext } from "../context.ts";

// What is decided by hand starts nothing, so no supervisor and no lease are named.
const NO_BOOT = "00000000-0000-0000-0000-000000000000";
const OPEN: readonly (string | null)[] = ["queued", "running", "restarting"];

/** What a change by hand came to. */
export interface ChangedRun {
  readonly before: RunSnapshot;
  readonly after: RunSnapshot;
  /** Attempts that were executing and have lost their permission. */
  readonly endedAttempts: readonly string[];
}

/**
 * Changes a run by the domain's own rules, within a transaction that already holds the run's row: so the version cannot move, and schedulers that
 * decided meanwhile find their commit refused and load the run anew.
 */
export async function changeRun(
  tx: Sql,
  context: ActionContext,
  dagRunId: number,
  decide: (snapshot: RunSnapshot) => Advance,
): Promise<ChangedRun> {
  const before = await readRun(tx, dagRunId);
  const { transitions } = decide(before);
  const at = context.clock.now();
  const after = apply(before, transitions, at);
  await commitTransitions(
    tx,
    batchOf([{ before, after, transitions }], {
      at,
      byHand: true,
      bootId: NO_BOOT,
      leaseSeconds: 1,
      hostname: "",
      pid: null,
    }),
  );
  const stillOpen = new Set(
    after.taskInstances.filter(({ state }) => OPEN.includes(state)).map(({ attemptId }) => attemptId),
  );
  const endedAttempts = before.taskInstances
    .filter(({ state, attemptId }) => OPEN.includes(state) && !stillOpen.has(attemptId))
    .map(({ attemptId }) => attemptId);
  return { before, after, endedAttempts };
}

/** A run as the domain sees it, within a transaction that holds the run's row. */
export async function readRun(tx: Sql, dagRunId: number): Promise<RunSnapshot> {
  const [loaded] = await loadRuns(tx, [dagRunId], (ids) => graphsOf(tx, ids));
  invariant(loaded, "a locked run is gone");
  return loaded.snapshot;
}

async function graphsOf(tx: Sql, ids: readonly number[]): Promise<ReadonlyMap<number, DagGraph>> {
  return new Map((await loadDagVersions(tx, ids)).map(({ id, dag }) => [id, buildGraph(dag)]));
}
