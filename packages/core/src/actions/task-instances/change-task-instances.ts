import type { Sql } from "../../database/sql.ts";
import type { RunSnapshot } from "../../domain/snapshot.ts";
import type { Advance } from "../../domain/transition.ts";
import { lockRun } from "../../store/runs-between.ts";
import type { ActionContext } from "../context.ts";
import { changeRun, readRun } from "../runs/change-run.ts";
import { affectedOf, type AffectedTaskInstance } from "./affected.ts";

/** What to do with the runs in question. */
export interface TaskInstanceChange {
  /** Keys of the task instances that are meant. @throws RefusalError where they may not be changed */
  select(run: RunSnapshot): ReadonlySet<number>;
  /** What is to become of them. */
  decide(run: RunSnapshot, ids: ReadonlySet<number>): Advance;
  /** Done with each run before what is to become of its task instances is decided, on the run as it is after it. */
  prepare?(run: RunSnapshot, ids: ReadonlySet<number>): Promise<void>;
  /** Only tell which are meant. */
  readonly dryRun: boolean;
}

/** What came of it. */
export interface ChangedTaskInstances {
  readonly affected: readonly AffectedTaskInstance[];
  readonly afterCommit: () => void;
}

/** Changes, or only selects, task instances of some runs by the domain's own rules. @param runIds keys of the runs; of a run that is gone nothing is told */
export async function changeTaskInstances(
  tx: Sql,
  context: ActionContext,
  runIds: readonly number[],
  change: TaskInstanceChange,
): Promise<ChangedTaskInstances> {
  const affected: AffectedTaskInstance[] = [];
  const changed: number[] = [];
  const ended: string[] = [];
  for (const id of runIds) {
    if (!(await lockRun(tx, id))) continue;
    const run = await readRun(tx, id);
    const ids = change.select(run);
    affected.push(...affectedOf(run, ids));
    if (change.dryRun || ids.size === 0) continue;
    await change.prepare?.(run, ids);
    const { endedAttempts, after } = await changeRun(tx, context, id, (snapshot) => change.decide(snapshot, ids));
    changed.push(id);
    // What is to begin anew still executes; its end is what lets it.
    const restarting = after.taskInstances
      .filter(({ id: key, state }) => ids.has(key) && state === "restarting")
      .map(({ attemptId }) => attemptId);
    ended.push(...endedAttempts, ...restarting);
  }
  return {
    affected,
    afterCommit: () => {
      if (ended.length > 0) context.signals.cancelAttempts(ended);
      for (const id of changed) context.signals.runChanged(id);
    },
  };
}
