import {
  isTerminalRunState,
  type AttemptOutcome,
  type Clock,
  type Instant,
  type SerializedDag,
  type TriggerEvent,
} from "@windlass/contract";
import type { Randomness } from "../../actions/context.ts";
import { randomFraction } from "../../actions/random-fraction.ts";
import { DatabaseError, isUnavailable } from "../../database/database-error.ts";
import { machineTimers, pause, type Timers } from "../../database/timers.ts";
import { scheduleCondition } from "../../domain/assets/schedule-condition.ts";
import type { QueueCandidate } from "../../domain/limits/slots.ts";
import { indexOf } from "../../domain/run-index.ts";
import type { AdvanceOptions } from "../../domain/advance.ts";
import type { Executor } from "../../executors/port.ts";
import type { OpenAttempt } from "../../store/attempts.ts";
import { RunsChangedMeanwhile } from "../../store/commit-transitions.ts";
import { attemptIds } from "../attempt-id.ts";
import type { OnProblem, Service } from "../service.ts";
import { Signal } from "../signal.ts";
import { ActiveRun, candidateOf, type AttemptReport } from "./active-run.ts";
import { Alarm } from "./alarm.ts";
import { AssetRuns } from "./asset-runs.ts";
import { commitRound, type RoundResult } from "./commit-round.ts";
import type { DagVersions } from "./dag-versions.ts";
import { decideRun, type Decided } from "./decide-run.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { isTransient } from "./failures.ts";
import { NewInstances } from "./new-instances.ts";
import { Quarantine } from "./quarantine.ts";
import { RunIntake } from "./run-intake.ts";
import { RunMemory } from "./run-memory.ts";
import { makeScheduledRuns } from "./scheduled-runs.ts";
import type { SchedulerStore } from "./scheduler-store.ts";
import { settleRun, waitsForPast, wakeFollowers } from "./settle-run.ts";
import type { WorkerPlaces } from "./worker-places.ts";

/** What a scheduler works with. */
export interface SchedulerOptions {
  readonly store: SchedulerStore;
  readonly clock: Clock;
  /** @defaultValue the machine's */
  readonly timers?: Timers;
  readonly random: Randomness;
  readonly bootId: string;
  readonly executor: Executor;
  readonly dispatcher: Dispatcher;
  readonly versions: DagVersions;
  /** Who takes which queue; left out: the executor takes all. */
  readonly places?: WorkerPlaces;
  readonly onProblem: OnProblem;
  /** Hears what each commit changed, after it. */
  readonly onCommitted: (result: RoundResult) => void;
  /** Hears of the Dag of each run that is read: it is new, or somebody else changed it. @defaultValue nobody does */
  readonly onRead?: (dag: SerializedDag) => void;
  /** The dates that a timetable of a file's own named run low. */
  readonly onTimetablesLow?: () => void;
  readonly leaseSeconds: number;
  /** Whether what a task instance keeps goes when it succeeds. @defaultValue false */
  readonly clearOnSuccess?: boolean;
  /** Most instances of a mapped task. @defaultValue 1024 */
  readonly maxMapLength?: number;
  /** Milliseconds between looks of its own, in case a signal was missed. @defaultValue 5000 */
  readonly pollMs?: number;
  /** Most runs that one transaction changes. @defaultValue 256 */
  readonly runsPerRound?: number;
  /** Most scheduled runs made in one round. @defaultValue 100 */
  readonly scheduledRunsPerRound?: number;
}

/** What a commit would change. */
interface Touched {
  readonly runIds: ReadonlySet<number>;
  /** Attempts that it would start in this process, with their runs. */
  readonly startedHere: ReadonlyMap<string, number>;
}

const RETRY_FIRST_MS = 20;
const RETRY_LONGEST_MS = 2_000;
// Most task instances of a queue that one round hands to workers.
const MOST_FOR_WORKERS = 256;

/**
 * Moves runs on. Everything that happens (a run was made, an attempt ended, a moment came) marks runs as to be looked at; a round takes all that is
 * marked, decides in memory and commits it in one transaction, and while that is under way the next round's work collects (group commit). The
 * memory is a cache: every commit is conditional on the versions of its runs, so any number of schedulers may share a database.
 */
export class Scheduler implements Service {
  readonly name = "scheduler";
  /** After every round that committed something, with the keys of its runs. */
  readonly committed = new Signal<readonly number[]>();
  readonly #options: SchedulerOptions;
  readonly #memory = new RunMemory();
  readonly #intake: RunIntake;
  readonly #newAttemptId: () => string;
  readonly #newInstances: NewInstances;
  readonly #quarantine: Quarantine;
  readonly #assetRuns: AssetRuns;
  /** Attempts of a commit whose outcome is not known, with their runs. */
  readonly #doubtful = new Map<string, number>();
  readonly #timers: Timers;
  readonly #alarm: Alarm;
  readonly #usualRunsPerRound: number;
  #runsPerRound: number;
  #dueAt: Instant | null = null;
  #slotsFreed = false;
  #checkSchedules = false;
  /** Backfills may have no run left that is not over. */
  #checkBackfills = false;
  #endPoll: (() => void) | undefined;
  #loop: Promise<void> | undefined;
  #woken = false;
  /** Rounds that failed one after another. */
  #failures = 0;
  readonly #failed = new Signal();
  #stopped = true;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#timers = options.timers ?? machineTimers;
    this.#quarantine = new Quarantine(this.#timers);
    this.#usualRunsPerRound = options.runsPerRound ?? 256;
    this.#runsPerRound = this.#usualRunsPerRound;
    this.#newAttemptId = attemptIds(options.clock, options.random);
    this.#newInstances = new NewInstances(options.store, this.#newAttemptId);
    this.#intake = new RunIntake(options.store, options.versions);
    this.#assetRuns = new AssetRuns(options);
    this.#alarm = new Alarm(options.clock, this.#timers, () => {
      this.wake();
    });
  }

  async start(): Promise<void> {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#endPoll = this.#timers.every(this.#options.pollMs ?? 5_000, () => void this.#lookQuietly());
    await this.#lookQuietly();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endPoll?.();
    this.#alarm.clear();
    await this.#loop;
  }

  /** Looks at the database and runs rounds until nothing is left to do. */
  async runOnce(): Promise<void> {
    await this.look();
    while (this.#loop) await this.#loop;
  }

  /** Commits what has been reported, as long as the database is there for it. */
  async drain(): Promise<void> {
    while (this.#loop && this.#failures === 0) await Promise.race([this.#loop, this.#failed.next()]);
  }

  /** How many runs are in memory. */
  get activeRuns(): number {
    return this.#memory.size;
  }

  /** Runs were made. */
  runsCreated(ids: readonly number[]): void {
    for (const id of ids) this.#intake.load(id);
    this.wake();
  }

  /** A run was changed by somebody else. */
  runChanged(id: number): void {
    this.#intake.load(id);
    this.wake();
  }

  /** A Dag was paused, unpaused, changed or deleted. */
  dagChanged(dagId: string): void {
    for (const active of this.#memory.ofDag(dagId)) this.#intake.load(active.id);
    this.#intake.admit(dagId);
    this.#checkSchedules = true;
    this.#assetRuns.look([dagId]);
    this.wake();
  }

  /** Events of assets came for which these Dags wait. */
  assetEventsQueued(dagIds: readonly string[]): void {
    this.#assetRuns.look(dagIds);
    this.wake();
  }

  /** There may be room for waiting task instances: a pool has changed, or the executor has room. */
  slotsFreed(): void {
    this.#slotsFreed = true;
    this.wake();
  }

  /** An attempt that was started here ended. */
  attemptFinished(attemptId: string, outcome: AttemptOutcome): void {
    const held = this.#options.dispatcher.held(attemptId);
    if (held) this.#report(held.dagRunId, { kind: "outcome", attemptId, outcome });
  }

  /** An attempt that had lost its permission has been ended. */
  attemptCancelled(attemptId: string): void {
    const held = this.#options.dispatcher.held(attemptId);
    if (held) this.#report(held.dagRunId, { kind: "lost", attemptId });
    this.slotsFreed();
  }

  /** An attempt that was started here was ended, or not begun, because this process stops in order. */
  attemptInterrupted(attemptId: string): void {
    const held = this.#options.dispatcher.held(attemptId);
    if (held) this.#report(held.dagRunId, { kind: "interrupted", attemptId });
  }

  /** Attempts that somebody found lost, or never started. */
  attemptsFound(kind: "lost" | "never_started", found: readonly OpenAttempt[]): void {
    for (const { attemptId, dagRunId } of found) this.#report(dagRunId, { kind, attemptId });
  }

  /** What a task instance waited for has happened; told twice, or too late, it changes nothing. */
  triggerFired(dagRunId: number, attemptId: string, event: TriggerEvent): void {
    this.#report(dagRunId, { kind: "trigger", attemptId, event });
  }

  /** Looks at the database for what no signal told: runs of others, queued runs, schedules. @throws DatabaseError */
  async look(): Promise<void> {
    const { store, places } = this.#options;
    const [running] = await Promise.all([store.listRunningVersions(), places?.refresh(store)]);
    const ids = new Set<number>();
    for (const { id, version, dagPaused } of running) {
      ids.add(id);
      const known = this.#memory.get(id)?.snapshot;
      if (known?.version !== version || known.dagPaused !== dagPaused || waitsForPast(known)) this.#intake.load(id);
    }
    // What is in memory and does not run any more was ended by somebody else, or deleted.
    for (const id of this.#memory.ids()) if (!ids.has(id)) this.#intake.load(id);
    this.#intake.admitAll();
    this.#checkSchedules = true;
    this.#assetRuns.lookAll();
    this.#checkBackfills = true;
    this.slotsFreed();
  }

  /** Runs rounds until nothing is left to do. */
  wake(): void {
    this.#woken = true;
    if (this.#stopped || this.#loop) return;
    this.#loop = this.#run().finally(() => {
      this.#loop = undefined;
      if (this.#woken) this.wake();
    });
  }

  async #lookQuietly(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      if (!isUnavailable(error)) this.#options.onProblem(this.name, error);
    }
  }

  async #run(): Promise<void> {
    let wait = RETRY_FIRST_MS;
    // What arrives in this turn of the event loop belongs into the same transaction.
    await this.#timers.turn();
    while (!this.#stopped && this.#woken) {
      this.#woken = false;
      try {
        await this.#round();
        wait = RETRY_FIRST_MS;
        this.#failures = 0;
      } catch (error) {
        this.#woken = true;
        if (error instanceof RunsChangedMeanwhile) continue;
        if (!isUnavailable(error)) this.#options.onProblem(this.name, error);
        this.#failures += 1;
        this.#failed.emit();
        await pause(this.#timers, wait);
        wait = Math.min(wait * 2, RETRY_LONGEST_MS);
      }
    }
  }

  async #round(): Promise<void> {
    const { clock, executor } = this.#options;
    await this.#newInstances.fill();
    const dueNow = this.#dueAt !== null && this.#dueAt <= clock.now();
    if (this.#checkSchedules || dueNow) await this.#makeScheduledRuns();
    if (this.#assetRuns.hasWork) for (const id of await this.#assetRuns.make()) this.#intake.load(id);
    if (this.#checkBackfills) await this.#completeBackfills();
    if (this.#intake.hasWork(clock.now())) await this.#takeIn();
    const now = clock.now();
    this.#memory.wakeTimed(now);
    const slotsFreed = this.#slotsFreed;
    this.#slotsFreed = false;
    const decided = this.#decide(now);
    const free = executor.freeSlots();
    const hasWork = decided.some((each) => each.transitions.length > 0 || each.late.length > 0);
    const hasRoom = free > 0 || this.#options.places?.hasWorkers === true;
    if (hasWork || (slotsFreed && !this.#memory.candidates.isEmpty && hasRoom)) await this.#commit(now, decided, free);
    else for (const each of decided) this.#settle(each);
    if (this.#memory.dirty.size > 0 || this.#intake.hasMore) this.#woken = true;
    this.#setAlarm();
  }

  async #makeScheduledRuns(): Promise<void> {
    const { store, clock, scheduledRunsPerRound = 100 } = this.#options;
    const made = await makeScheduledRuns(store, clock, scheduledRunsPerRound);
    for (const id of made.runIds) this.#intake.load(id);
    if (made.timetablesLow) this.#options.onTimetablesLow?.();
    this.#checkSchedules = made.more;
    if (made.more) this.#woken = true;
    this.#dueAt = await store.nextDueAt();
  }

  /** By itself, behind the commit that ended the last run: should this process end in between, the next look does it. */
  async #completeBackfills(): Promise<void> {
    const { store, clock } = this.#options;
    await store.completeFinishedBackfills(clock.now());
    this.#checkBackfills = false;
  }

  async #takeIn(): Promise<void> {
    const known = (id: number): boolean => this.#memory.get(id) !== undefined || this.#memory.hasEarly(id);
    const { loaded, gone } = await this.#intake.read(this.#options.clock.now(), this.#runsPerRound, known);
    for (const run of loaded) {
      this.#options.onRead?.(run.snapshot.graph.dag);
      if (this.#quarantine.has(run.snapshot.id)) continue;
      const active = new ActiveRun(run);
      const known = this.#memory.get(active.id)?.snapshot.version;
      this.#memory.put(active);
      this.#reconcile(active);
      // What somebody else made of it others may wait for, too.
      if (known !== active.snapshot.version) wakeFollowers(this.#memory, this.#intake, active);
    }
    for (const id of gone) await this.#forgetDeleted(id);
  }

  /** Ends what runs here without permission, and runs what a commit of unknown outcome did start. */
  #reconcile(active: ActiveRun): void {
    const { dispatcher, executor } = this.#options;
    const { graph, taskInstances } = active.snapshot;
    const { byAttempt } = indexOf(graph, taskInstances);
    const isRunning = (attemptId: string): boolean =>
      taskInstances[byAttempt.get(attemptId) ?? -1]?.state === "running";
    for (const attemptId of dispatcher.heldOf(active.id)) {
      if (isRunning(attemptId)) continue;
      if (dispatcher.withdraw(attemptId)) active.reports.push({ kind: "lost", attemptId });
      else executor.cancel(attemptId, "the task instance was changed");
    }
    for (const [attemptId, dagRunId] of this.#doubtful) {
      if (dagRunId !== active.id) continue;
      this.#doubtful.delete(attemptId);
      if (isRunning(attemptId) && !dispatcher.held(attemptId)) this.#dispatch(active, attemptId);
    }
  }

  async #forgetDeleted(id: number): Promise<void> {
    const { store, dispatcher, executor } = this.#options;
    const active = this.#memory.get(id);
    if (active) this.#memory.evict(active);
    for (const attemptId of dispatcher.heldOf(id)) {
      executor.cancel(attemptId, "the run was deleted");
      dispatcher.release(attemptId);
    }
    const reports = [...(active?.reports ?? []), ...this.#memory.takeEarly(id)].filter(
      (each) => each.kind === "outcome",
    );
    await store.insertLateReports(
      reports.map((each) => ({ attemptId: each.attemptId, report: "the run was deleted" })),
    );
  }

  #decide(now: Instant): Decided[] {
    const decided: Decided[] = [];
    for (const active of this.#memory.dirty) {
      if (decided.length >= this.#runsPerRound) break;
      this.#memory.dirty.delete(active);
      try {
        decided.push(decideRun(active, now, () => randomFraction(this.#options.random), this.#expansion));
      } catch (error) {
        this.#setAside(active, error);
      }
    }
    return decided;
  }

  get #expansion(): Pick<AdvanceOptions, "takeIds" | "maxMapLength"> {
    const { maxMapLength } = this.#options;
    return {
      takeIds: (count) => this.#newInstances.take(count),
      ...(maxMapLength !== undefined && { maxMapLength }),
    };
  }

  async #commit(now: Instant, decided: readonly Decided[], executorFree: number): Promise<void> {
    const { store, executor, places, bootId, leaseSeconds, clearOnSuccess = false } = this.#options;
    const runIds = new Set(decided.map((each) => each.active.id));
    const startedHere = new Map<string, number>();
    const candidates = this.#candidates(decided, executorFree);
    let result: RoundResult;
    try {
      result = await commitRound(store, {
        now,
        decided,
        candidates,
        activeRun: (id) => this.#memory.get(id),
        executorFree,
        ...(places && { places }),
        hostname: executor.hostname,
        pid: process.pid,
        bootId,
        leaseSeconds,
        clearOnSuccess,
        newAttemptId: (dagRunId, isHere) => {
          const id = this.#newAttemptId();
          runIds.add(dagRunId);
          if (isHere) startedHere.set(id, dagRunId);
          return id;
        },
      });
    } catch (error) {
      this.#afterFailure(decided, { runIds, startedHere }, error);
      throw error;
    }
    if (this.#isIsolated) this.#slotsFreed = true;
    this.#runsPerRound = this.#usualRunsPerRound;
    this.#afterCommit(result, decided);
  }

  /** A batch that failed is tried run by run. */
  get #isIsolated(): boolean {
    return this.#runsPerRound < this.#usualRunsPerRound;
  }

  #candidates(decided: readonly Decided[], executorFree: number): readonly QueueCandidate[] {
    for (const each of decided) this.#memory.showDecided(each);
    const { places } = this.#options;
    if (executorFree === 0 && places?.hasWorkers !== true) return [];
    const after = new Map(decided.map((each) => [each.active.id, each.after]));
    const found = this.#memory.candidates.top(
      (queue) =>
        (places?.isLocal(queue) === false ? 0 : executorFree) +
        Math.min(places?.workerRoom(queue) ?? 0, MOST_FOR_WORKERS),
      (id) => this.#memory.roomIn(id, after.get(id)),
    );
    // Then others must not come along for slots.
    return this.#isIsolated && after.size > 0 ? found.filter((each) => after.has(each.dagRunId)) : found;
  }

  #afterCommit(result: RoundResult, decided: readonly Decided[]): void {
    for (const each of result.heldBack) {
      this.#intake.noRoom(each.before);
      this.#memory.evict(each.active);
    }
    for (const each of result.committed) {
      if (each.transitions.length > 0) each.active.committed(each.after, each.transitions, each.candidates);
      this.#takeFromQueue(each);
      this.#settle(each);
    }
    if (result.queuedDagIds.length > 0) {
      this.#assetRuns.look(result.queuedDagIds);
      this.#woken = true;
    }
    for (const { active, attemptId } of result.started) this.#dispatch(active, attemptId);
    const { dispatcher, executor } = this.#options;
    for (const each of decided) for (const report of each.reports) dispatcher.release(report.attemptId);
    // What ended otherwise than by its own report (the run timed out, the lease was over) may yet be running here.
    for (const attemptId of result.endedAttempts) executor.cancel(attemptId, "the task instance is over");
    this.#options.onCommitted(result);
    this.committed.emit(result.committed.map((each) => each.active.id));
  }

  #takeFromQueue({ after, transitions }: Decided): void {
    for (const transition of transitions) {
      if (transition.kind === "task_instance" && transition.from === "scheduled") {
        this.#memory.candidates.remove(candidateOf(after, transition));
      }
    }
  }

  #settle(each: Decided): void {
    if (settleRun(this.#memory, this.#intake, each)) this.#woken = true;
    if (each.wantsIds && this.#memory.get(each.active.id) === each.active) {
      each.active.changed = null;
      this.#memory.dirty.add(each.active);
    }
    const { state, graph, backfill } = each.active.snapshot;
    if (backfill && each.transitions.length > 0 && isTerminalRunState(state)) {
      this.#checkBackfills = true;
      this.#woken = true;
    }
    if (each.transitions.length === 0 || !isTerminalRunState(state) || graph.dag.schedule.kind === "none") return;
    if (scheduleCondition(graph.dag.schedule)) {
      this.#assetRuns.look([each.active.snapshot.dagId]);
      this.#woken = true;
    }
    // A schedule whose run is due and was not made had no room for it.
    if (this.#dueAt !== null && this.#dueAt <= this.#options.clock.now()) this.#woken = true;
  }

  #dispatch(active: ActiveRun, attemptId: string): void {
    const { dispatcher, versions } = this.#options;
    const { graph, taskInstances } = active.snapshot;
    const instance = taskInstances[indexOf(graph, taskInstances).byAttempt.get(attemptId) ?? -1];
    const version = versions.get(active.details.dagVersionId);
    if (instance && version) dispatcher.dispatch({ active, instance, bundleHash: version.bundleHash });
  }

  #afterFailure(decided: readonly Decided[], { runIds, startedHere }: Touched, error: unknown): void {
    this.#slotsFreed = true;
    for (const { active } of decided) {
      if (this.#memory.get(active.id) !== active) continue;
      this.#memory.dirty.add(active);
      this.#memory.showCandidates(active);
    }
    if (error instanceof RunsChangedMeanwhile) {
      for (const id of error.runIds) this.#intake.load(id);
      return;
    }
    // Whether a commit that lost its connection came through, only the rows can tell.
    for (const id of runIds) this.#intake.load(id);
    if (isUnavailable(error)) {
      // What was only queued a worker may have started meanwhile: that is not to be run here.
      for (const [attemptId, dagRunId] of startedHere) this.#doubtful.set(attemptId, dagRunId);
      for (const each of decided) each.active.reports = each.active.reports.map(asRepeated);
    } else if (!(error instanceof DatabaseError && isTransient(error))) this.#isolate(decided, error);
  }

  /** A batch that the database refuses is tried run by run, until the one that it cannot take is found. */
  #isolate(decided: readonly Decided[], error: unknown): void {
    const [first] = decided;
    if (this.#runsPerRound === 1 && first) this.#setAside(first.active, error);
    this.#runsPerRound = 1;
  }

  #setAside(active: ActiveRun, error: unknown): void {
    this.#options.onProblem(this.name, error);
    this.#memory.evict(active);
    this.#quarantine.add(active.id);
  }

  #report(dagRunId: number, report: AttemptReport): void {
    if (!this.#memory.report(dagRunId, report)) this.#intake.load(dagRunId);
    this.wake();
  }

  #setAlarm(): void {
    const now = this.#options.clock.now();
    for (const at of [this.#memory.nextCheckAt(), this.#intake.queuedDueAt, this.#dueAt]) {
      // What is due and cannot be done now waits for a signal, not for the clock.
      if (at !== null && at > now) this.#alarm.setFor(at);
    }
  }
}

function asRepeated(report: AttemptReport): AttemptReport {
  return report.kind === "outcome" ? { ...report, again: true } : report;
}
