import type { Database } from "../database/sql.ts";
import { countRunningRuns, type DagFacts, existingNames, findDagFacts, schedulerSilence } from "../store/dag-facts.ts";
import { type Monotonic, TimedCache } from "./timed-cache.ts";

const TTL_MS = 1000;
// A paused flag may be this old for a warning; running runs change all the time, so their number is only a hint anyway.
const COUNT_TTL_MS = 500;
const SILENCE_TTL_MS = 2000;

/** What triggers look up again and again, at most a second old. */
export class DagCache {
  readonly #database: Database;
  readonly #facts: TimedCache<DagFacts | undefined>;
  readonly #running: TimedCache<number>;
  readonly #names: TimedCache<Awaited<ReturnType<typeof existingNames>>>;
  readonly #silence: TimedCache<number | null>;

  constructor(database: Database, now: Monotonic) {
    this.#database = database;
    // "Unknown" is not kept: the Dag may appear the next moment.
    this.#facts = new TimedCache({ now, ttlMs: TTL_MS, most: 2000, keep: (value) => value !== undefined });
    this.#running = new TimedCache({ now, ttlMs: COUNT_TTL_MS, most: 2000 });
    this.#names = new TimedCache({ now, ttlMs: COUNT_TTL_MS, most: 2000 });
    this.#silence = new TimedCache({ now, ttlMs: SILENCE_TTL_MS, most: 1 });
  }

  /** A Dag with its current version; undefined where there is none. */
  find(dagId: string): Promise<DagFacts | undefined> {
    return this.#facts.get(dagId, () => findDagFacts(this.#database, dagId));
  }

  /** About how many runs of the Dag are running. */
  runningRuns(dagId: string): Promise<number> {
    return this.#running.get(dagId, () => countRunningRuns(this.#database, dagId));
  }

  /** Which of the names that a Dag version needs exist. */
  existing(key: string, names: Parameters<typeof existingNames>[1]): ReturnType<typeof existingNames> {
    return this.#names.get(key, () => existingNames(this.#database, names));
  }

  /** Seconds since a scheduler gave a sign of life; null where none ever did. */
  schedulerSilence(): Promise<number | null> {
    return this.#silence.get("", () => schedulerSilence(this.#database));
  }

  /** Forgets a Dag (all where none is named) after a change made here. */
  forget(dagId?: string): void {
    this.#facts.forget(dagId);
    this.#names.forget();
  }
}
