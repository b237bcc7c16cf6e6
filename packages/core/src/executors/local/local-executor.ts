import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { AttemptContext, AttemptError, AttemptOutcome, Clock } from "@windlass/contract";
import { INTERRUPTED, lostOutcome, type Executor, type ExecutorEvents, type ExecutorStatus } from "../port.ts";
import { AttemptWatch } from "./attempt-watch.ts";
import { exitReason, type ProcessExit } from "./exit-reason.ts";
import { writeLostMarker } from "./lost-marker.ts";
import { type Reaper, startReaper } from "./reaper.ts";
import { residentMegabytes } from "./resident-memory.ts";
import { neverBegun, outOfMemory, timeoutError } from "./supervisor-errors.ts";
import { RunnerProcess, type RunnerListener } from "./runner-process.ts";
import { watchMemory } from "./tree-memory.ts";
import { WaitingAttempts } from "./waiting-attempts.ts";

/** How attempts are run on this machine. */
export interface LocalExecutorOptions {
  /** Entry file of the runner. */
  readonly runnerPath: string;
  /** Most attempts at a time, and so the most processes. */
  readonly parallelism: number;
  /** Processes kept ready while there is nothing to do. Further ones are started when attempts wait, and ended when they idle. */
  readonly warmRunners: number;
  /** Environment of the runners, already reduced to what they may see. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Options of Node for each runner. @defaultValue none */
  readonly nodeOptions?: readonly string[];
  /** Milliseconds between asking an attempt to end and killing its process group. @defaultValue 5000 */
  readonly graceMs?: number;
  /** Milliseconds that an attempt waits for a busy runner before another is started. @defaultValue 25 */
  readonly patienceMs?: number;
  /** Milliseconds after which a runner beyond the warm ones ends. @defaultValue 30000 */
  readonly idleMs?: number;
  /** A runner is replaced after so many attempts, so that what leaks in user code is bounded. @defaultValue 5000 */
  readonly attemptsPerRunner?: number;
  /** A runner that holds more memory than this, in MB, between two attempts is replaced (Linux only). @defaultValue 1024 */
  readonly megabytesPerRunner?: number;
  /** Told what goes wrong with processes. @defaultValue nothing */
  readonly onProblem?: (message: string) => void;
}

const RESPAWN_FIRST_MS = 100;
const RESPAWN_LONGEST_MS = 10_000;

// What starting a process costs, in milliseconds: below it, waiting for a busy one is the cheaper way.
const START_COST_MS = 150;
// How much of its weight an attempt's duration keeps in the running mean when the next one ends.
const MEMORY = 0.9;
// How long the last line of a log may take.
const MARKER_MS = 2_000;
// Attempts between two looks at a runner's memory: the look reads a file.
const MEMORY_EVERY = 50;

/**
 * Runs attempts in warm Node processes on this machine, one attempt a process at a time. An attempt taken beyond the ready processes waits for one of
 * them where attempts have been short of late, and otherwise gets a new process, up to `parallelism`.
 */
export class LocalExecutor implements Executor, RunnerListener {
  readonly hostname = hostname();
  readonly #options: LocalExecutorOptions;
  readonly #graceMs: number;
  readonly #patienceMs: number;
  readonly #runners = new Set<RunnerProcess>();
  readonly #idle: RunnerProcess[] = [];
  readonly #waiting = new WaitingAttempts();
  readonly #running = new Map<string, RunnerProcess>();
  /** Those of the running and waiting ones that are callbacks: they have places of their own, beside the tasks'. */
  readonly #callbacks = new Set<string>();
  /** What is still to be told of attempts whose process is gone. */
  readonly #telling = new Map<string, Promise<void>>();
  /** Processes on their way that are for one attempt each. */
  readonly #starting = new Map<string, RunnerProcess>();
  readonly #watch: AttemptWatch;
  readonly #mark = randomUUID();
  #reaper: Reaper | undefined;
  #bundles: readonly { readonly hash: string; readonly path: string }[] = [];
  #events: ExecutorEvents | undefined;
  #growTimer: NodeJS.Timeout | undefined;
  #trimTimer: NodeJS.Timeout | undefined;
  #respawnMs = RESPAWN_FIRST_MS;
  #meanMs = 0;
  #lastAssigned = 0;
  #stopping: Promise<void> | undefined;

  constructor(options: LocalExecutorOptions) {
    this.#options = options;
    this.#graceMs = options.graceMs ?? 5_000;
    this.#patienceMs = options.patienceMs ?? 25;
    this.#watch = new AttemptWatch(this.#graceMs);
  }

  async start(events: ExecutorEvents): Promise<void> {
    this.#events = events;
    this.#reaper = startReaper(this.#mark);
    for (let count = 0; count < Math.min(this.#options.warmRunners, this.#options.parallelism); count += 1)
      this.#spawn();
    const idleMs = this.#options.idleMs ?? 30_000;
    this.#trimTimer = setInterval(() => this.#trim(performance.now() - idleMs), Math.max(100, idleMs / 4));
    this.#trimTimer.unref();
  }

  freeSlots(): number {
    const tasks = this.#taken - this.#callbacks.size;
    return this.#stopping ? 0 : Math.max(0, this.#options.parallelism - tasks);
  }

  status(): ExecutorStatus {
    return {
      slots: this.#options.parallelism,
      attempts: this.#taken,
      waiting: this.#waiting.size + this.#starting.size,
      processes: this.#runners.size,
    };
  }

  get #taken(): number {
    return this.#running.size + this.#starting.size + this.#waiting.size;
  }

  run(attempt: Parameters<Executor["run"]>[0], priority: number): void {
    if (this.#stopping) {
      this.#events?.interrupted(attempt.attemptId);
      return;
    }
    if (attempt.callback) this.#callbacks.add(attempt.attemptId);
    if (attempt.resources) {
      this.#startFor(attempt, attempt.resources);
      return;
    }
    this.#waiting.add(attempt, priority, performance.now());
    this.#assign();
    if (this.#waiting.size > 0) this.#growSoon();
  }

  cancel(attemptId: string, reason: string): void {
    const waiting = this.#waiting.remove(attemptId);
    if (waiting) {
      this.#callbacks.delete(attemptId);
      this.#tell(waiting, neverBegun(reason), (events) => {
        events.cancelled(attemptId);
      });
      return;
    }
    const starting = this.#starting.get(attemptId);
    if (starting) {
      const { reserved } = starting;
      this.#starting.delete(attemptId);
      this.#callbacks.delete(attemptId);
      starting.reserved = null;
      this.#end(starting);
      if (reserved)
        this.#tell(reserved, neverBegun(reason), (events) => {
          events.cancelled(attemptId);
        });
      return;
    }
    const runner = this.#running.get(attemptId);
    if (runner) this.#watch.cancel(runner, attemptId, reason);
  }

  attempts(): readonly string[] {
    return [...this.#running.keys(), ...this.#starting.keys(), ...this.#waiting.ids()];
  }

  preload(bundles: readonly { readonly hash: string; readonly path: string }[]): void {
    this.#bundles = bundles;
    for (const runner of this.#runners) runner.send({ type: "preload", bundles });
  }

  /** Kills every runner's process group at once: their attempts have lost their permission, or soon will. */
  killAll(): void {
    for (const runner of this.#runners) runner.signal("SIGKILL");
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    clearInterval(this.#trimTimer);
    clearTimeout(this.#growTimer);
    for (const attemptId of [...this.#waiting.ids()]) {
      this.#waiting.remove(attemptId);
      this.#events?.interrupted(attemptId);
    }
    const runners = [...this.#runners];
    for (const runner of runners) if (!runner.attempt) runner.disconnect();
    const signalAll = (signal: "SIGTERM" | "SIGKILL"): void => {
      for (const runner of this.#runners) runner.signal(signal);
    };
    const timers = [
      setTimeout(signalAll, this.#graceMs, "SIGTERM"),
      setTimeout(signalAll, this.#graceMs + 1_000, "SIGKILL"),
    ];
    await Promise.all(runners.map((runner) => runner.exited));
    await Promise.all(this.#telling.values());
    for (const timer of timers) clearTimeout(timer);
    this.#watch.close();
    this.#reaper?.stop();
  }

  ready(runner: RunnerProcess): void {
    this.#respawnMs = RESPAWN_FIRST_MS;
    if (this.#bundles.length > 0) runner.send({ type: "preload", bundles: this.#bundles });
    if (runner.reserved === null) this.#rest(runner);
    else this.#beginOwn(runner, runner.reserved);
  }

  /** Gives a process the attempt that it was started for. */
  #beginOwn(runner: RunnerProcess, attempt: AttemptContext): void {
    runner.reserved = null;
    this.#starting.delete(attempt.attemptId);
    this.#give(runner, attempt);
    const most = attempt.resources?.memoryBytes;
    if (most === undefined || runner.pid === undefined) return;
    const stop = watchMemory(runner.pid, most, () => {
      runner.outOfMemory = true;
      runner.signal("SIGKILL");
    });
    void runner.exited.then(stop);
  }

  finished(runner: RunnerProcess, attemptId: string, outcome: AttemptOutcome): void {
    // Whatever else a runner says about attempts it does not have is not believed.
    if (runner.attempt?.attemptId !== attemptId) return;
    const verdict = this.#watch.end(attemptId);
    this.#running.delete(attemptId);
    this.#callbacks.delete(attemptId);
    runner.attempt = null;
    runner.executed += 1;
    this.#meanMs = this.#meanMs * MEMORY + (performance.now() - runner.busySince) * (1 - MEMORY);
    // A handler that was asked to end may have left something running: programs, or itself.
    if (verdict !== "undisturbed") this.#end(runner);
    else if (runner.isOwn || this.#isWorn(runner)) this.#retire(runner);
    else this.#rest(runner);
    const tell = (): void => {
      if (verdict === "cancelled") this.#events?.cancelled(attemptId);
      else this.#events?.finished(attemptId, outcome);
    };
    // What a disturbed one left running is gone before anybody can start the next try.
    if (verdict === "undisturbed") tell();
    else void runner.exited.then(tell);
  }

  request(
    runner: RunnerProcess,
    id: number,
    attemptId: string,
    request: Parameters<ExecutorEvents["answer"]>[1],
  ): void {
    const events = this.#events;
    if (!events || runner.attempt?.attemptId !== attemptId) return;
    void events.answer(attemptId, request).then((response) => {
      runner.send({ type: "response", id, response });
    });
  }

  exited(runner: RunnerProcess, exit: ProcessExit): void {
    this.#runners.delete(runner);
    this.#leaveIdle(runner);
    const attempt = runner.attempt ?? runner.reserved;
    if (attempt) {
      runner.attempt = null;
      runner.reserved = null;
      this.#running.delete(attempt.attemptId);
      this.#starting.delete(attempt.attemptId);
      this.#callbacks.delete(attempt.attemptId);
      const verdict = this.#watch.end(attempt.attemptId);
      const error =
        verdict === "timed_out"
          ? timeoutError(attempt.executionTimeoutSeconds)
          : verdict === "undisturbed" && this.#stopping
            ? INTERRUPTED
            : runner.outOfMemory
              ? outOfMemory(attempt.resources?.memoryBytes ?? 0)
              : exitReason(exit);
      const { attemptId } = attempt;
      this.#tell(attempt, error, (events) => {
        if (verdict === "cancelled") events.cancelled(attemptId);
        else if (error === INTERRUPTED) events.interrupted(attemptId);
        else events.finished(attemptId, lostOutcome(error));
      });
    } else if (!runner.isReady && !this.#stopping) {
      this.#options.onProblem?.(
        `a runner ended before it was ready: ${exitReason(exit).message} ${exit.stderr}`.trim(),
      );
    }
    this.#replace(runner);
  }

  /** Ends the log of an attempt whose process is gone, then tells of it: whoever hears may hand the log on. A disk that hangs holds nobody up for long. */
  #tell({ attemptId, logPath }: AttemptContext, error: AttemptError, tell: (events: ExecutorEvents) => void): void {
    const written = writeLostMarker(logPath, error, this.#options.clock.now());
    const told = Promise.race([written, delay(MARKER_MS, undefined, { ref: false })]).then(() => {
      this.#telling.delete(attemptId);
      if (this.#events) tell(this.#events);
    });
    this.#telling.set(attemptId, told);
  }

  /** Keeps as many processes as are wanted; one that cannot even start is tried again ever more slowly. */
  #replace(runner: RunnerProcess): void {
    if (this.#stopping || this.#runners.size >= this.#wanted()) return;
    if (runner.isReady) {
      this.#spawn();
      return;
    }
    setTimeout(() => {
      if (!this.#stopping && this.#runners.size < this.#wanted()) this.#spawn();
    }, this.#respawnMs).unref();
    this.#respawnMs = Math.min(this.#respawnMs * 2, RESPAWN_LONGEST_MS);
  }

  #wanted(): number {
    const busy = this.#running.size + this.#waiting.size;
    return Math.min(this.#places, Math.max(this.#options.warmRunners, this.#waiting.size > 0 ? busy : 0));
  }

  /** The most processes: one for each place of a task, and for each callback that is there. */
  get #places(): number {
    return this.#options.parallelism + this.#callbacks.size;
  }

  #spawn(): void {
    const { runnerPath, environment, nodeOptions = [] } = this.#options;
    this.#runners.add(new RunnerProcess({ path: runnerPath, environment, nodeOptions, mark: this.#mark }, this));
  }

  #rest(runner: RunnerProcess): void {
    if (runner.retiring) return;
    if (this.#stopping) {
      runner.disconnect();
      return;
    }
    runner.idleSince = performance.now();
    this.#idle.push(runner);
    this.#assign();
  }

  #assign(): void {
    // The runner that rested last is the warmest, and the others may idle out.
    while (this.#idle.length > 0 && this.#waiting.size > 0) {
      const runner = this.#idle.pop();
      const attempt = runner && this.#waiting.take();
      if (!attempt) return;
      this.#give(runner, attempt);
    }
  }

  #give(runner: RunnerProcess, attempt: AttemptContext): void {
    runner.attempt = attempt;
    runner.busySince = this.#lastAssigned = performance.now();
    this.#running.set(attempt.attemptId, runner);
    this.#watch.begin(runner, attempt);
    runner.send({ type: "run", attempt, now: this.#options.clock.now() });
  }

  /** Starts a process for one attempt alone, whose bounds it has. */
  #startFor(attempt: AttemptContext, { memoryBytes, nice }: NonNullable<AttemptContext["resources"]>): void {
    const { runnerPath, environment, nodeOptions = [] } = this.#options;
    const heap =
      memoryBytes === undefined ? [] : [`--max-old-space-size=${String(Math.ceil(memoryBytes / 1_048_576))}`];
    const options = { path: runnerPath, environment, nodeOptions: [...nodeOptions, ...heap], nice, mark: this.#mark };
    const runner = new RunnerProcess(options, this);
    runner.isOwn = true;
    runner.reserved = attempt;
    this.#starting.set(attempt.attemptId, runner);
    this.#runners.add(runner);
  }

  #growSoon(): void {
    this.#growTimer ??= setTimeout(() => {
      this.#growTimer = undefined;
      const now = performance.now();
      // Slow for a moment is not stuck: where attempts take longer of late, so may the next one.
      const flows = now - this.#lastAssigned < Math.max(this.#patienceMs, 4 * this.#meanMs);
      const busy = Math.max(1, this.#running.size);
      const worthIt = !flows || (this.#waiting.size * this.#meanMs) / busy > START_COST_MS;
      const impatient = worthIt ? this.#waiting.waitingSince(now - this.#patienceMs) : 0;
      const starting = [...this.#runners].filter((each) => !each.isReady).length;
      const room = this.#places - this.#runners.size;
      // Starting a process takes a core for a while: no more at a time than there are cores.
      const atOnce = Math.max(1, this.#options.warmRunners) - starting;
      for (let count = Math.min(impatient - starting, room, atOnce); count > 0; count -= 1) this.#spawn();
      if (this.#waiting.size > 0) this.#growSoon();
    }, this.#patienceMs);
  }

  #trim(idleBefore: number): void {
    for (const runner of [...this.#idle]) {
      if (this.#runners.size <= this.#options.warmRunners) return;
      if (runner.idleSince < idleBefore) this.#retire(runner);
    }
  }

  #end(runner: RunnerProcess): void {
    runner.retiring = true;
    runner.signal("SIGKILL");
  }

  #retire(runner: RunnerProcess): void {
    runner.retiring = true;
    this.#leaveIdle(runner);
    runner.disconnect();
    // One that does not end by itself holds nothing of ours any more.
    const killer = setTimeout(() => runner.signal("SIGKILL"), this.#graceMs).unref();
    void runner.exited.then(() => {
      clearTimeout(killer);
    });
  }

  #isWorn(runner: RunnerProcess): boolean {
    const { attemptsPerRunner = 5_000, megabytesPerRunner = 1_024 } = this.#options;
    if (runner.executed >= attemptsPerRunner) return true;
    return runner.executed % MEMORY_EVERY === 0 && (residentMegabytes(runner.pid) ?? 0) > megabytesPerRunner;
  }

  #leaveIdle(runner: RunnerProcess): void {
    const index = this.#idle.indexOf(runner);
    if (index !== -1) this.#idle.splice(index, 1);
  }
}
