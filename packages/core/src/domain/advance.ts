import { earlier, isTerminalRunState, type Instant } from "@windlass/contract";
import { apply } from "./apply.ts";
import { fullAgenda, growingAgenda, type Agenda } from "./agenda.ts";
import { DecisionPass } from "./decision-pass.ts";
import { examineTask } from "./examine.ts";
import { expandLiterals } from "./mapping/examine-mapped.ts";
import { endRun } from "./run-end.ts";
import { runTimeoutAt, timeOutRun } from "./run-timeout.ts";
import type { RunSnapshot } from "./snapshot.ts";
import type { Advance } from "./transition.ts";

/** Keys for a task instance that a decision makes: that of its row, and of its first attempt. */
export interface NewInstance {
  readonly id: number;
  readonly attemptId: string;
}

/** Airflow's `[core] max_map_length`. */
const USUAL_MAP_LENGTH = 1024;

/** How `advance` is to look. */
export interface AdvanceOptions {
  /** A queued run may start: `admitRuns` said so. Without it a queued run stays queued. */
  readonly runStarts?: boolean;
  /**
   * The tasks whose instances changed since an `advance` whose transitions have been applied: only they, their downstream and what waits
   * for a moment are examined. It must be left out (all tasks are examined) when anything else changed: the run has just started or was
   * loaded, the Dag was unpaused, the previous run went on, a task instance was cleared or marked together with its upstream.
   */
  readonly changedTaskIds?: ReadonlySet<string>;
  /**
   * Gives keys for new task instances, so many at once; undefined where it has not enough at hand: then the mapped task is not expanded this time
   * and `Advance.idsWanted` says how many there should be.
   */
  readonly takeIds?: (count: number) => readonly NewInstance[] | undefined;
  /** Most instances of one mapped task; a longer mapping fails. @defaultValue 1024, Airflow's `[core] max_map_length` */
  readonly maxMapLength?: number;
}

function makeAgenda(pass: DecisionPass, options: AdvanceOptions): Agenda {
  const { graph, taskInstances } = pass.snapshot;
  if (options.changedTaskIds === undefined || pass.snapshot.state === "queued") return fullAgenda(graph.order.length);
  const agenda = growingAgenda();
  for (const taskId of options.changedTaskIds) {
    const position = graph.position.get(taskId);
    if (position === undefined) continue;
    agenda.add(position);
    addDownstream(agenda, pass.snapshot, taskId);
  }
  for (const index of pass.timed()) agenda.add(graph.position.get(taskInstances[index]?.taskId ?? "") ?? 0);
  return agenda;
}

/** What may follow for others when instances of a task moved: for those behind it, and for those in the scope of a setup. */
function addDownstream(agenda: Agenda, { graph }: RunSnapshot, taskId: string): void {
  for (const below of graph.downstream.get(taskId) ?? []) agenda.add(graph.position.get(below) ?? 0);
  for (const inScope of graph.scopeOf.get(taskId) ?? []) agenda.add(graph.position.get(inScope) ?? 0);
}

/** The next moment at which the run may move by the clock alone. */
function nextCheck(pass: DecisionPass): Instant | null {
  if (isTerminalRunState(pass.runState) || pass.snapshot.dagPaused) return null;
  let next: Instant | null = null;
  for (const moment of pass.pendingMoments()) next = earlier(next, moment);
  return earlier(next, runTimeoutAt(pass.snapshot));
}

/**
 * All that follows for a run from its own task instances, its previous run and the clock: which task instances may be scheduled, which end
 * without starting (`upstream_failed`, `skipped`, tasks with nothing to execute), and whether the run is over. One call goes on until
 * nothing more follows. Whether a scheduled task instance finds a slot is `selectQueueable`'s question.
 *
 * A try begins when its task instance is scheduled: `try_number` is 0 before, stays 0 for what never starts, and is 1 for a task with
 * nothing to execute, as on Airflow 3. Nothing is scheduled while the Dag is paused.
 *
 * A teardown does not decide the run (`DagGraph.deciding`); tasks wait for the setups of their scope before their trigger rule is asked.
 */
export function advance(snapshot: RunSnapshot, now: Instant, options: AdvanceOptions = {}): Advance {
  if (isTerminalRunState(snapshot.state)) return { transitions: [], nextCheckAt: null };
  if (snapshot.state === "queued" && options.runStarts !== true) {
    return { transitions: [], nextCheckAt: snapshot.runAfter > now ? snapshot.runAfter : null };
  }
  const started = snapshot.state === "queued" ? { ...snapshot, startDate: snapshot.startDate ?? now } : snapshot;
  const pass = new DecisionPass(started);
  const means = {
    takeIds: options.takeIds ?? (() => undefined),
    maxMapLength: options.maxMapLength ?? USUAL_MAP_LENGTH,
  };
  if (snapshot.state === "queued") {
    pass.moveRun("running", "run_started");
    expandLiterals(pass, means);
    // The run starts with all that it has from the beginning, or not yet: what follows must not depend on when the keys come.
    if (pass.idsWanted > 0) return { transitions: [], nextCheckAt: null, idsWanted: pass.idsWanted };
    if (pass.hasExpanded) return goOn(started, pass, now, options);
  }

  const timeoutAt = runTimeoutAt(started);
  if (timeoutAt !== null && timeoutAt <= now && !snapshot.dagPaused) timeOutRun(pass);
  else {
    const agenda = makeAgenda(pass, options);
    for (let position = agenda.take(); position !== undefined; position = agenda.take()) {
      examineTask(pass, position, now, means);
      for (const taskId of pass.takeMovedTasks()) addDownstream(agenda, started, taskId);
    }
    if (pass.hasExpanded) return goOn(started, pass, now, options);
    if (pass.idsWanted === 0) endRun(pass);
  }
  return {
    transitions: pass.transitions,
    nextCheckAt: nextCheck(pass),
    ...(pass.idsWanted > 0 && { idsWanted: pass.idsWanted }),
  };
}

/** What follows once the instances that this pass made are there: decided on the run as it is with them. */
function goOn(before: RunSnapshot, pass: DecisionPass, now: Instant, options: AdvanceOptions): Advance {
  const after = apply(before, pass.transitions, now);
  const { changedTaskIds: _, ...all } = options;
  const next = advance(after, now, all);
  const idsWanted = pass.idsWanted + (next.idsWanted ?? 0);
  return {
    transitions: [...pass.transitions, ...next.transitions],
    nextCheckAt: next.nextCheckAt,
    ...(idsWanted > 0 && { idsWanted }),
  };
}
