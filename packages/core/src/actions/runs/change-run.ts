import { invariant } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { apply } from "../../domain/apply.ts";
import { buildGraph } from "../../domain/graph.ts";
import type { DagGraph, RunSnapshot } from "../../domain/snapshot.ts";
import type { Advance } from "../../domain/transition.ts";
import { commitTransitions } from "../../store/commit-transitions.ts";
import { loadDagVersions } from "../../store/dag-versions.ts";
import { loadRuns } from "../../store/load-run.ts";
import { batchOf, startingNothing } from "../../store/run-decisions.ts";
import type { ActionContext } from "../context.ts";

// A batch is one statement; so many runs of a hundred tasks are a few megabytes.
const RUNS_AT_ONCE = 200;
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
  context: Pick<ActionContext, "clock" | "config">,
  dagRunId: number,
  decide: (snapshot: RunSnapshot) => Advance,
): Promise<ChangedRun> {
  const [changed] = await changeRuns(tx, context, [dagRunId], decide);
  invariant(changed, "a locked run is gone");
  return changed;
}

/** As `changeRun`, for many runs of which the transaction holds every row. */
export async function changeRuns(
  tx: Sql,
  context: Pick<ActionContext, "clock" | "config">,
  dagRunIds: readonly number[],
  decide: (snapshot: RunSnapshot) => Advance,
): Promise<readonly ChangedRun[]> {
  const at = context.clock.now();
  const changed: ChangedRun[] = [];
  for (let from = 0; from < dagRunIds.length; from += RUNS_AT_ONCE) {
    const loaded = await loadRuns(tx, dagRunIds.slice(from, from + RUNS_AT_ONCE), (ids) => graphsOf(tx, ids));
    const decisions = loaded.map(({ snapshot: before }) => {
      const { transitions } = decide(before);
      return { before, after: apply(before, transitions, at), transitions };
    });
    await commitTransitions(
      tx,
      batchOf(decisions, {
        ...startingNothing(at),
        clearOnSuccess: context.config.state_store.clear_on_success,
      }),
    );
    changed.push(
      ...decisions.map(({ before, after }) => ({ before, after, endedAttempts: endedBetween(before, after) })),
    );
  }
  return changed;
}

function endedBetween(before: RunSnapshot, after: RunSnapshot): readonly string[] {
  const stillOpen = new Set(
    after.taskInstances.filter(({ state }) => OPEN.includes(state)).map(({ attemptId }) => attemptId),
  );
  return before.taskInstances
    .filter(({ state, attemptId }) => OPEN.includes(state) && !stillOpen.has(attemptId))
    .map(({ attemptId }) => attemptId);
}

/** Runs as the domain sees them, within a transaction that holds their rows. */
export async function readRuns(tx: Sql, dagRunIds: readonly number[]): Promise<readonly RunSnapshot[]> {
  return (await loadRuns(tx, dagRunIds, (ids) => graphsOf(tx, ids))).map(({ snapshot }) => snapshot);
}

/** As `readRuns`, for one that is there. */
export async function readRun(tx: Sql, dagRunId: number): Promise<RunSnapshot> {
  const [run] = await readRuns(tx, [dagRunId]);
  invariant(run, "a locked run is gone");
  return run;
}

async function graphsOf(tx: Sql, ids: readonly number[]): Promise<ReadonlyMap<number, DagGraph>> {
  return new Map((await loadDagVersions(tx, ids)).map(({ id, dag }) => [id, buildGraph(dag)]));
}
