import type { Instant } from "@windlass/contract";
import type { Database } from "../../database/sql.ts";
import { listAdmissible, listQueued, loadRuns, nextQueuedRunAfter, type LoadedRun } from "../../store/load-run.ts";
import type { DagVersions } from "./dag-versions.ts";

/** What was read in one round. */
export interface Intake {
  readonly loaded: readonly LoadedRun[];
  /** Asked for and not there any more. */
  readonly gone: readonly number[];
}

/**
 * Which runs are to be read from the database: those that signals name, and queued ones for which there may be room. Queued runs without room are
 * not kept in memory, since there may be any number of them; their Dags are remembered instead.
 */
export class RunIntake {
  readonly #database: Database;
  readonly #versions: DagVersions;
  readonly #toLoad = new Set<number>();
  readonly #toAdmit = new Set<string>();
  readonly #backlogged = new Set<string>();
  #all = false;
  #queuedDueAt: Instant | null = null;

  constructor(database: Database, versions: DagVersions) {
    this.#database = database;
    this.#versions = versions;
  }

  /** When a queued run is due that waits for its `run_after`; null: none is known of. */
  get queuedDueAt(): Instant | null {
    return this.#queuedDueAt;
  }

  load(dagRunId: number): void {
    this.#toLoad.add(dagRunId);
  }

  /** Queued runs of the Dag may have room now. */
  admit(dagId: string): void {
    this.#toAdmit.add(dagId);
  }

  /** Looks at the queued runs of all Dags. */
  admitAll(): void {
    this.#all = true;
  }

  /** A queued run of the Dag found no room. */
  noRoom(dagId: string): void {
    this.#backlogged.add(dagId);
  }

  /** A queued run is not due yet. */
  notBefore(moment: Instant): void {
    if (this.#queuedDueAt === null || moment < this.#queuedDueAt) this.#queuedDueAt = moment;
  }

  /** A run of the Dag ended. @returns whether others wait for its place */
  roomIn(dagId: string): boolean {
    if (!this.#backlogged.has(dagId)) return false;
    this.#toAdmit.add(dagId);
    return true;
  }

  hasWork(now: Instant): boolean {
    if (this.#queuedDueAt !== null && this.#queuedDueAt <= now) this.#all = true;
    return this.#toLoad.size > 0 || this.#toAdmit.size > 0 || this.#all;
  }

  /** Whether more is asked for than the last round read. */
  get hasMore(): boolean {
    return this.#toLoad.size > 0;
  }

  /**
   * Reads what is asked for.
   * @param isKnown runs that are in memory: they are read whatever their state is
   * @throws DatabaseError; what was asked for stays asked for
   */
  async read(now: Instant, limit: number, isKnown: (dagRunId: number) => boolean): Promise<Intake> {
    const asked = [...this.#toLoad].slice(0, limit);
    const known = asked.filter(isKnown);
    const fresh = await this.#withRoom(asked.filter((id) => !isKnown(id)));
    const admissible = (await this.#admissible(now, limit)).filter((id) => !isKnown(id));
    const ids = [...new Set([...known, ...fresh, ...admissible])];
    const loaded = await loadRuns(this.#database, ids, (wanted) => this.#versions.graphs(this.#database, wanted));
    for (const id of asked) this.#toLoad.delete(id);
    const found = new Set(loaded.map((each) => each.snapshot.id));
    return { loaded, gone: ids.filter((id) => !found.has(id)) };
  }

  /** Leaves out runs of Dags that have no room: they come when a run of theirs ends. */
  async #withRoom(ids: readonly number[]): Promise<readonly number[]> {
    if (ids.length === 0 || this.#backlogged.size === 0) return ids;
    const queued = await listQueued(this.#database, ids);
    const without = new Set(queued.filter((each) => this.#backlogged.has(each.dagId)).map((each) => each.id));
    return ids.filter((id) => !without.has(id));
  }

  async #admissible(now: Instant, limit: number): Promise<readonly number[]> {
    const all = this.#all;
    const dagIds = all ? null : [...this.#toAdmit];
    if (dagIds?.length === 0) return [];
    const ids = await listAdmissible(this.#database, dagIds, now, limit);
    if (all) {
      this.#queuedDueAt = await nextQueuedRunAfter(this.#database, now);
      this.#all = false;
    }
    for (const dagId of dagIds ?? []) {
      this.#toAdmit.delete(dagId);
      // Room there was, and nobody who waited for it.
      if (ids.length === 0) this.#backlogged.delete(dagId);
    }
    return ids;
  }
}
