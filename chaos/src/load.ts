import { setTimeout as delay } from "node:timers/promises";
import type { RepeatedRequest } from "@windlass/core/test-support";
import type { Answer, Api } from "./api.ts";
import { runKey } from "./names.ts";
import type { Seeded } from "./seeded.ts";

/** A run that an API server has acknowledged. */
export interface Triggered {
  readonly dagId: string;
  readonly runId: string;
}

/** What a person wanted, and an API server has acknowledged. */
export interface Hand extends Triggered {
  readonly kind: "clear" | "mark" | "end" | "delete";
  readonly taskId: string;
  /** The state that was wanted; null with a clear and a deletion. */
  readonly state: "success" | "failed" | null;
  /** Between question and answer, by the wall clock in milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A time in which a Dag was paused for certain, by the wall clock in milliseconds. */
export interface Paused {
  readonly dagId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

// What is drawn, the quick kinds more often than what takes a process for long or harms it.
const QUICK = ["chain", "fan", "again", "waits", "ways", "makes", "called"];
const DAGS = [...QUICK, ...QUICK, "long", "blocks", "stubborn", "rude", "floods"];
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
  blocks: ["near", "far"],
  stubborn: ["near", "far"],
  rude: ["near", "far"],
  floods: ["near", "far"],
};
const V2 = "/api/v2/dags";
const CLEAR = { kind: "clear", state: null } as const;
const HANDS: readonly [Pick<Hand, "kind" | "state">, ...Pick<Hand, "kind" | "state">[]] = [
  CLEAR,
  CLEAR,
  CLEAR,
  { kind: "mark", state: "success" },
  { kind: "mark", state: "failed" },
  { kind: "end", state: "failed" },
  { kind: "delete", state: null },
];
// A person interferes with every so many-th run.
const RACED = 6;
const TRIGGERERS = 3;
// This share of what was acknowledged is asked for once more.
const REPEATED = 0.2;

/** Triggers runs, and interferes with some of them as people do: clears, marks, ends and deletes them, pauses and unpauses Dags. */
export class Load {
  readonly acknowledged: Triggered[] = [];
  /** Runs of which a person wanted something: how they end is not foretold. */
  readonly raced = new Set<string>();
  /** Those that may be gone. */
  readonly deleted = new Set<string>();
  readonly paused: Paused[] = [];
  /** What people wanted and was answered well. */
  readonly acknowledgedHands: Hand[] = [];
  /** Requests that were sent more than once under a key of their own. */
  readonly repeated: RepeatedRequest[] = [];
  /** Triggers that were answered with no, as sentences. */
  readonly refused: string[] = [];
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

  /** Pauses what runs by itself, or lets it go on. @returns whether it was done */
  holdSchedules(isHeld: boolean): Promise<boolean> {
    return this.#setPaused("ticks", isHeld);
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
        const body = { dag_run_id: runId, logical_date: null };
        const ask = () => this.#api.call("POST", `${V2}/${dagId}/dagRuns`, body, runId);
        const answer = await ask();
        if (answer?.status === 200) {
          this.acknowledged.push({ dagId, runId });
          // Whoever has not heard the answer asks again.
          if (random.next() < REPEATED) {
            const again = await ask();
            for (const each of [answer, again])
              if (each === undefined || each.status < 500)
                this.repeated.push({ key: runId, answer: withoutNote(each) });
          }
          break;
        }
        if (answer && answer.status < 500) {
          this.refused.push(`the trigger of ${dagId}/${runId} was refused: ${JSON.stringify(answer)}`);
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
      this.raced.add(runKey(run));
      const ofRun = `${V2}/${run.dagId}/dagRuns/${run.runId}`;
      const taskId = random.pick(TASKS[run.dagId] ?? []) ?? "";
      const { kind, state } = random.pick(HANDS) ?? HANDS[0];
      const fromMs = Date.now();
      const answer = await this.#do(kind, state, run, ofRun, taskId);
      const name = `${kind}${kind === "mark" ? ` ${String(state)}` : ""}`;
      const key = `${name}: ${answer === undefined ? "no answer" : String(answer.status)}`;
      this.hands[key] = (this.hands[key] ?? 0) + 1;
      if (answer !== undefined && answer.status < 300)
        this.acknowledgedHands.push({ kind, ...run, taskId, state, fromMs, toMs: Date.now() });
    }
  }

  #do(kind: Hand["kind"], state: Hand["state"], run: Triggered, ofRun: string, task: string): ReturnType<Api["call"]> {
    switch (kind) {
      case "mark":
        return this.#api.call("PATCH", `${ofRun}/taskInstances/${task}`, { new_state: state });
      case "end":
        return this.#api.call("PATCH", ofRun, { state });
      case "delete":
        this.deleted.add(runKey(run));
        return this.#api.call("DELETE", ofRun);
      case "clear":
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
      await this.#rest(random.between(6_000, 10_000));
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

/** Without what Windlass adds to a repeated answer: that it is one. */
function withoutNote(answer: Answer | undefined): unknown {
  if (!answer) return undefined;
  const { windlass: _, ...json } = answer.json;
  return { status: answer.status, json };
}
