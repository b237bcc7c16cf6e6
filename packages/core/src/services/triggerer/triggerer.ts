import { setTimeout as delay } from "node:timers/promises";
import type { TriggerEvent } from "@windlass/contract";
import { isUnavailable } from "../../database/database-error.ts";
import type { Database } from "../../database/sql.ts";
import { newestEventId } from "../../queries/live.ts";
import {
  listRunNames,
  listRunsWithEvents,
  listWaits,
  listWaitsFor,
  listWaitsOf,
  type RunNames,
  type WatchingWait,
} from "../../store/waits.ts";
import type { RoundResult } from "../scheduler/commit-round.ts";
import type { OnProblem, Service } from "../service.ts";
import { Signal } from "../signal.ts";
import { fireWaits } from "./fire-waits.ts";

/** What a triggerer works with. */
export interface TriggererOptions {
  readonly database: Database;
  /** What a task instance waited for has happened. Told twice it must change nothing. */
  readonly onFired: (dagRunId: number, attemptId: string, event: TriggerEvent) => void;
  readonly onProblem: OnProblem;
  /** Milliseconds between looks at all waits, in case a signal was missed. @defaultValue 30000 */
  readonly pollMs?: number;
  /** Waits that are read at once. @defaultValue 1000 */
  readonly pageSize?: number;
}

const RETRY_FIRST_MS = 50;
const RETRY_LONGEST_MS = 2_000;

/**
 * Ends waits for runs and tasks of other Dags. The rows are the truth: all that is kept in memory is which Dags are watched at all, so that a commit
 * that nobody waits for costs nothing, and ten thousand waits take no more memory than one. It hears what is committed in this process as it is
 * committed, what others commit by their notification, and looks at everything at its start and now and then besides. A wait is looked at once it is
 * committed, and after every later commit in what it watches: an event that came before the wait is not missed. Any number of triggerers may
 * find the same wait over: the report is compared with the attempt that waits, and the second one changes nothing.
 *
 * Moments are not its business: every scheduler holds the next one of its runs on a timer.
 */
export class Triggerer implements Service {
  readonly name = "triggerer";
  /** After every round, with the waits that were found over. */
  readonly rounds = new Signal<number>();
  readonly #options: TriggererOptions;
  /** Dags that somebody watches. One too many costs a look. */
  #watchedDags = new Set<string>();
  #changed = new Set<string>();
  #newWaits = new Set<number>();
  #changedRuns = new Set<number>();
  #others = false;
  #everything = false;
  #cursor = 0;
  #timer: NodeJS.Timeout | undefined;
  #loop: Promise<void> | undefined;
  #woken = false;
  #stopped = true;

  constructor(options: TriggererOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#timer = setInterval(() => {
      this.lookAtEverything();
    }, this.#options.pollMs ?? 30_000);
    this.#timer.unref();
    this.lookAtEverything();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#loop;
  }

  async runOnce(): Promise<void> {
    this.lookAtEverything();
    while (this.#loop) await this.#loop;
  }

  /** A round of this process was committed. */
  committed({ committed }: RoundResult): void {
    for (const { after, transitions } of committed) {
      if (transitions.length === 0) continue;
      for (const each of transitions) {
        const trigger = each.kind === "task_instance" ? each.trigger : undefined;
        if (each.kind !== "task_instance" || (trigger?.kind !== "dag_run" && trigger?.kind !== "task_instances"))
          continue;
        this.#newWaits.add(each.id);
        this.#watchedDags.add(trigger.dagId);
      }
      if (this.#watchedDags.has(after.dagId)) for (const name of namesOf(after)) this.#changed.add(name);
    }
    if (this.#newWaits.size > 0 || this.#changed.size > 0) this.#wake();
  }

  /** A run was changed otherwise: by hand, or by the report of a worker that another process took. */
  runChanged(dagRunId: number): void {
    this.#changedRuns.add(dagRunId);
    this.#wake();
  }

  /** Another process has committed something. */
  othersCommitted(): void {
    if (this.#watchedDags.size === 0) return;
    this.#others = true;
    this.#wake();
  }

  /** Looks at all waits: signals may have been missed. */
  lookAtEverything(): void {
    this.#everything = true;
    this.#wake();
  }

  #wake(): void {
    this.#woken = true;
    if (this.#stopped || this.#loop) return;
    this.#loop = this.#run().finally(() => {
      this.#loop = undefined;
      if (this.#woken) this.#wake();
    });
  }

  async #run(): Promise<void> {
    let wait = RETRY_FIRST_MS;
    // What arrives in this turn of the event loop is looked at together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (!this.#stopped && this.#woken) {
      this.#woken = false;
      try {
        this.rounds.emit(await this.#round());
        wait = RETRY_FIRST_MS;
      } catch (error) {
        // What was to be looked at is not known any more.
        this.#everything = true;
        this.#woken = true;
        if (!isUnavailable(error)) this.#options.onProblem(this.name, error);
        await delay(wait, undefined, { ref: false });
        wait = Math.min(wait * 2, RETRY_LONGEST_MS);
      }
    }
  }

  async #round(): Promise<number> {
    const { database } = this.#options;
    let fired = 0;
    if (this.#everything) fired += await this.#lookAtAll();
    const [names, waits, runs] = [this.#changed, this.#newWaits, this.#changedRuns];
    this.#changed = new Set();
    this.#newWaits = new Set();
    this.#changedRuns = new Set();
    if (waits.size > 0 || runs.size > 0) {
      const found = await listWaitsOf(database, { taskInstanceIds: [...waits], dagRunIds: [...runs] });
      this.#remember(found);
      fired += await this.#fire(found);
    }
    if (runs.size > 0) addAll(names, await listRunNames(database, [...runs]));
    if (this.#others) {
      this.#others = false;
      const { runs: changed, cursor } = await listRunsWithEvents(database, this.#cursor, [...this.#watchedDags]);
      this.#cursor = cursor;
      addAll(names, changed);
    }
    if (names.size > 0)
      fired += await this.#through((after, limit) => listWaitsFor(database, [...names], after, limit));
    return fired;
  }

  async #lookAtAll(): Promise<number> {
    const { database } = this.#options;
    this.#everything = false;
    this.#cursor = await newestEventId(database);
    const before = this.#watchedDags;
    this.#watchedDags = new Set();
    try {
      return await this.#through((after, limit) => listWaits(database, after, limit));
    } catch (error) {
      for (const dagId of before) this.#watchedDags.add(dagId);
      throw error;
    }
  }

  /** Goes through waits page by page, so that any number of them takes the memory of one page. */
  async #through(page: (after: number, limit: number) => Promise<readonly WatchingWait[]>): Promise<number> {
    const { pageSize = 1_000 } = this.#options;
    let fired = 0;
    for (let after = 0; ;) {
      const waits = await page(after, pageSize);
      this.#remember(waits);
      fired += await this.#fire(waits);
      const last = waits.at(-1);
      if (!last || waits.length < pageSize || this.#stopped) return fired;
      after = last.id;
    }
  }

  #remember(waits: readonly WatchingWait[]): void {
    for (const { trigger } of waits) this.#watchedDags.add(trigger.dagId);
  }

  async #fire(waits: readonly WatchingWait[]): Promise<number> {
    const fired = await fireWaits(this.#options.database, waits);
    for (const { wait, event } of fired) this.#options.onFired(wait.dagRunId, wait.attemptId, event);
    return fired.length;
  }
}

/** How `watched_runs` names a run. */
function namesOf({ dagId, runId, logicalDate }: RunNames): readonly string[] {
  return logicalDate === null ? [`${dagId} ${runId}`] : [`${dagId} ${runId}`, `${dagId} ${logicalDate}`];
}

function addAll(names: Set<string>, runs: readonly RunNames[]): void {
  for (const run of runs) for (const name of namesOf(run)) names.add(name);
}
