import { setTimeout as delay } from "node:timers/promises";
import { BenchClient } from "../client.ts";

/** What the load did so far. */
export interface LoadCounts {
  triggered: number;
  deleted: number;
  reads: number;
  /** Messages that the event streams brought. */
  messages: number;
  /** Streams that were opened. */
  streams: number;
  /** Requests that were refused, failed, or not answered. */
  readonly problems: string[];
}

/** Where the load goes, and how much of it. */
export interface LoadOptions {
  readonly url: string;
  readonly key: string;
  /** Runs a second, about evenly over the kinds. */
  readonly rate: number;
  /** How long a run is kept before it is deleted through the API, so that the tables come to a steady state. */
  readonly keepMs: number;
}

const V2 = "/api/v2/dags";
const NATIVE = "/api/windlass/v1";
const KINDS = ["soak_chain", "soak_fan", "soak_mapped", "soak_again", "soak_fails", "soak_waits", "soak_passes"];
const READS_EVERY_MS = 500;
// People open a page, look, and leave: each stream is ended after so long, and another begins.
const STREAM_MS = 20_000;
const STREAMS = 3;
const CONFLICT = 409;

/** A steady load: runs of every kind, people who read, screens that follow the changes, and what is old is deleted. */
export class Load {
  readonly counts: LoadCounts = { triggered: 0, deleted: 0, reads: 0, messages: 0, streams: 0, problems: [] };
  readonly #options: LoadOptions;
  readonly #client: BenchClient;
  readonly #end = new AbortController();
  /** Oldest first. */
  readonly #kept: { readonly dagId: string; readonly runId: string; readonly sinceMs: number }[] = [];
  #triggerMs: number[] = [];
  #loops: readonly Promise<void>[] = [];

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#client = new BenchClient(options.url, options.key, 8);
  }

  start(): void {
    this.#loops = [
      this.#trigger(),
      this.#delete(),
      this.#read(),
      ...Array.from({ length: STREAMS }, (_, n) => this.#follow(n)),
    ];
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#loops);
    this.#client.close();
  }

  /** What triggers took since the last call, in milliseconds. */
  takeTriggerMs(): readonly number[] {
    const taken = this.#triggerMs;
    this.#triggerMs = [];
    return taken;
  }

  async #rest(ms: number): Promise<boolean> {
    await delay(ms, undefined, { signal: this.#end.signal }).catch(() => undefined);
    return !this.#end.signal.aborted;
  }

  async #call(method: string, path: string, body?: unknown, alsoFine?: number): ReturnType<BenchClient["call"]> {
    try {
      const answer = await this.#client.call(method, path, body);
      if (answer.status >= 400 && answer.status !== alsoFine) {
        this.counts.problems.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.json).slice(0, 300)}`);
      }
      return answer;
    } catch (error) {
      this.counts.problems.push(`${method} ${path}: ${String(error)}`);
      return { status: 0, json: {} };
    }
  }

  /** By the clock and not by the last answer: an installation that grows slow is not spared for it. */
  async #trigger(): Promise<void> {
    const begun = performance.now();
    const open = new Set<Promise<void>>();
    for (let n = 0; ; n += 1) {
      if (!(await this.#rest(Math.max(0, begun + (n * 1_000) / this.#options.rate - performance.now())))) break;
      const one = this.#triggerOne(KINDS[n % KINDS.length] ?? "soak_chain").finally(() => open.delete(one));
      open.add(one);
    }
    await Promise.all(open);
  }

  async #triggerOne(dagId: string): Promise<void> {
    const sentAt = performance.now();
    const { status, json } = await this.#call("POST", `${V2}/${dagId}/dagRuns`, { logical_date: null });
    if (status !== 200) return;
    this.#triggerMs.push(performance.now() - sentAt);
    this.counts.triggered += 1;
    this.#kept.push({ dagId, runId: String(json.dag_run_id), sinceMs: performance.now() });
  }

  async #delete(): Promise<void> {
    while (await this.#rest(250)) {
      while (this.#kept[0] !== undefined && this.#kept[0].sinceMs < performance.now() - this.#options.keepMs) {
        const run = this.#kept.shift();
        if (run === undefined || this.#end.signal.aborted) break;
        const path = `${V2}/${run.dagId}/dagRuns/${encodeURIComponent(run.runId)}`;
        const { status } = await this.#call("DELETE", path, undefined, CONFLICT);
        // One that is not over yet comes to its turn again.
        if (status === CONFLICT) this.#kept.push({ ...run, sinceMs: performance.now() });
        else this.counts.deleted += 1;
      }
    }
  }

  /** What the UI's screens read: the home page, a Dag's grid, a run, a log. */
  async #read(): Promise<void> {
    for (let n = 0; await this.#rest(READS_EVERY_MS); n += 1) {
      const run = this.#kept.at(-Math.ceil(this.#options.rate * 5));
      if (run === undefined) continue;
      const ofRun = `${V2}/${run.dagId}/dagRuns/${encodeURIComponent(run.runId)}`;
      const paths = [
        `${NATIVE}/dags?limit=50`,
        `${NATIVE}/dags/${run.dagId}/grid`,
        `${V2}/~/dagRuns?limit=25&order_by=-run_after`,
        `${ofRun}/taskInstances`,
        `${ofRun}/taskInstances/${run.dagId === "soak_chain" ? "t0" : "first"}/logs/1`,
        `${NATIVE}/dags/${run.dagId}/runs/${encodeURIComponent(run.runId)}/why`,
      ];
      // Only some Dags have that task.
      const path = paths[n % paths.length] ?? "";
      if (path.endsWith("/logs/1") && run.dagId !== "soak_chain" && run.dagId !== "soak_fan") continue;
      await this.#call("GET", path);
      this.counts.reads += 1;
    }
  }

  /** A screen that follows the changes for a while, and is closed. */
  async #follow(turn: number): Promise<void> {
    const topics = ["dags", "", `dag:${KINDS[turn % KINDS.length] ?? ""}`][turn % 3] ?? "";
    await this.#rest((turn * STREAM_MS) / STREAMS);
    while (!this.#end.signal.aborted) {
      this.counts.streams += 1;
      const over = AbortSignal.any([this.#end.signal, AbortSignal.timeout(STREAM_MS)]);
      try {
        const answer = await fetch(
          `${this.#options.url}${NATIVE}/events${topics === "" ? "" : `?topics=${encodeURIComponent(topics)}`}`,
          { headers: { authorization: `Bearer ${this.#options.key}` }, signal: over },
        );
        if (!answer.ok) this.counts.problems.push(`events: ${answer.status}`);
        for await (const _chunk of answer.body ?? []) this.counts.messages += 1;
        if (!over.aborted) this.counts.problems.push("events: the stream ended by itself");
      } catch (error) {
        if (!over.aborted) this.counts.problems.push(`events: ${String(error)}`);
      }
      if (!over.aborted) await this.#rest(1_000);
    }
  }
}
