import { setTimeout as delay } from "node:timers/promises";
import type { Api } from "./api.ts";
import type { Seeded } from "./seeded.ts";

/** A run that an API server has acknowledged. */
export interface Triggered {
  readonly dagId: string;
  readonly runId: string;
}

/** A time in which a Dag was paused for certain, by the wall clock in milliseconds. */
export interface Paused {
  readonly dagId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

const DAGS = ["chain", "fan", "again", "waits", "ways", "makes", "called", "long"];
// What people pause: not what waits for assets, which would miss them.
const PAUSABLE = ["chain", "fan", "waits"];
const TASKS: Readonly<Record<string, readonly string[]>> = {
  chain: ["a", "b", "c"],
  fan: ["items", "sum"],
  again: ["fails_once", "far"],
  waits: ["near", "far"],
  ways: ["choose", "left", "right", "join"],
  makes: ["make"],
  called: ["first", "second"],
  long: ["near", "far"],
};
const V2 = "/api/v2/dags";
// A person interferes with every so many-th run.
const RACED = 6;
const TRIGGERERS = 3;

/** Triggers runs, and interferes with some of them as people do: clears, marks, ends and deletes them, pauses and unpauses Dags. */
export class Load {
  readonly acknowledged: Triggered[] = [];
  /** Runs of which a person wanted something: how they end is not foretold. */
  readonly raced = new Set<string>();
  /** Those that may be gone. */
  readonly deleted = new Set<string>();
  readonly paused: Paused[] = [];
  readonly hands: Record<string, number> = {};
  unanswered = 0;
  readonly #api: Api;
  readonly #random: Seeded;
  readonly #pauseMs: number;
  readonly #end = new AbortController();
  #loops: readonly Promise<void>[] = [];
  #n = 0;

  /** @param rate runs a second, about */
  constructor(api: Api, random: Seeded, rate: number) {
    this.#api = api;
    this.#random = random;
    this.#pauseMs = (TRIGGERERS * 1_000) / rate;
  }

  start(): void {
    this.#loops = [...Array.from({ length: TRIGGERERS }, () => this.#trigger()), this.#interfere(), this.#pause()];
  }

  async end(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#loops);
  }

  /** Ends, and unpauses every Dag. */
  async stop(): Promise<void> {
    await this.end();
    for (const dagId of PAUSABLE) await this.#setPaused(dagId, false);
  }

  /** The name under which a run is kept in sets. */
  static keyOf({ dagId, runId }: Triggered): string {
    return `${dagId}/${runId}`;
  }

  async #rest(ms: number): Promise<boolean> {
    await delay(ms, undefined, { signal: this.#end.signal }).catch(() => undefined);
    return !this.#end.signal.aborted;
  }

  async #trigger(): Promise<void> {
    const random = this.#random.fork();
    while (await this.#rest(this.#pauseMs * (0.5 + random.next()))) {
      const dagId = random.pick(DAGS) ?? "chain";
      const runId = `chaos_${String(++this.#n)}`;
      // The same id until somebody answers: a repetition has the effect of one.
      for (;;) {
        const answer = await this.#api.call("POST", `${V2}/${dagId}/dagRuns`, {
          dag_run_id: runId,
          logical_date: null,
        });
        if (answer?.status === 200 || answer?.status === 409) {
          this.acknowledged.push({ dagId, runId });
          break;
        }
        this.unanswered += 1;
        if (!(await this.#rest(300))) break;
      }
    }
  }

  async #interfere(): Promise<void> {
    const random = this.#random.fork();
    while (await this.#rest(this.#pauseMs * RACED * random.next())) {
      const recent = this.acknowledged.slice(-40);
      const run = random.pick(recent);
      if (!run) continue;
      this.raced.add(Load.keyOf(run));
      const ofRun = `${V2}/${run.dagId}/dagRuns/${run.runId}`;
      const task = random.pick(TASKS[run.dagId] ?? []) ?? "";
      const hand = random.pick(["clear", "clear", "clear", "mark success", "mark failed", "end", "delete"]) ?? "clear";
      const answer = await this.#do(hand, run, ofRun, task);
      const key = `${hand}: ${answer === undefined ? "no answer" : String(answer.status)}`;
      this.hands[key] = (this.hands[key] ?? 0) + 1;
    }
  }

  #do(hand: string, run: Triggered, ofRun: string, task: string): ReturnType<Api["call"]> {
    switch (hand) {
      case "mark success":
      case "mark failed":
        return this.#api.call("PATCH", `${ofRun}/taskInstances/${task}`, { new_state: hand.slice("mark ".length) });
      case "end":
        return this.#api.call("PATCH", ofRun, { state: "failed" });
      case "delete":
        this.deleted.add(Load.keyOf(run));
        return this.#api.call("DELETE", ofRun);
      default:
        return this.#api.call("POST", `${V2}/${run.dagId}/clearTaskInstances`, {
          ...{ dry_run: false, only_failed: false, reset_dag_runs: true, include_downstream: true },
          ...{ dag_run_id: run.runId, task_ids: [task] },
        });
    }
  }

  async #pause(): Promise<void> {
    const random = this.#random.fork();
    while (await this.#rest(random.between(5_000, 12_000))) {
      const dagId = random.pick(PAUSABLE) ?? "chain";
      if (!(await this.#setPaused(dagId, true))) continue;
      const fromMs = Date.now();
      await this.#rest(random.between(3_000, 7_000));
      this.paused.push({ dagId, fromMs, toMs: Date.now() });
      await this.#setPaused(dagId, false);
    }
  }

  /** As often as it takes, for a Dag must not stay paused. @returns whether it was done */
  async #setPaused(dagId: string, isPaused: boolean): Promise<boolean> {
    for (let tried = 1; tried <= (isPaused ? 1 : 100); tried += 1) {
      const answer = await this.#api.call("PATCH", `${V2}/${dagId}`, { is_paused: isPaused });
      if (answer?.status === 200) return true;
      await delay(300);
    }
    return false;
  }
}
