import type { Instant } from "@windlass/contract";
import type { RunSnapshot } from "../../domain/snapshot.ts";
import type { LoadedRun } from "../../store/load-run.ts";
import type { DagVersions } from "./dag-versions.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

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
  readonly #store: SchedulerStore;
  readonly #versions: DagVersions;
  readonly #toLoad = new Set<number>();
  /** Places whose queued runs may have room, with the Dag of each and whether a run of theirs ended. */
  readonly #toAdmit = new Map<string, { readonly dagId: string; readonly roomMade: boolean }>();
  /** Dags, and backfills by `backfillPlace`, that have no room for a queued run. */
  readonly #backlogged = new Set<string>();
  #all = false;
  #queuedDueAt: Instant | null = null;

  constructor(store: SchedulerStore, versions: DagVersions) {
    this.#store = store;
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
    this.#toAdmit.set(dagId, { dagId, roomMade: false });
  }

  /** Looks at the queued runs of all Dags. */
  admitAll(): void {
    this.#all = true;
  }

  /** A queued run found no room in its Dag, or in its backfill. */
  noRoom(run: Pick<RunSnapshot, "dagId" | "backfill">): void {
    this.#backlogged.add(placeOf(run));
  }

  /** A queued run is not due yet. */
  notBefore(moment: Instant): void {
    if (this.#queuedDueAt === null || moment < this.#queuedDueAt) this.#queuedDueAt = moment;
  }

  /** A run ended. @returns whether others of its Dag or its backfill wait for its place */
  roomIn(run: Pick<RunSnapshot, "dagId" | "backfill">): boolean {
    const place = placeOf(run);
    if (!this.#backlogged.has(place)) return false;
    this.#toAdmit.set(place, { dagId: run.dagId, roomMade: true });
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
    const loaded = await this.#store.loadRuns(ids, (wanted) =>
      this.#versions.graphs((missing) => this.#store.loadDagVersions(missing), wanted),
    );
    for (const id of asked) this.#toLoad.delete(id);
    const found = new Set(loaded.map((each) => each.snapshot.id));
    return { loaded, gone: ids.filter((id) => !found.has(id)) };
  }

  /** Leaves out runs of Dags that have no room: they come when a run of theirs ends. */
  async #withRoom(ids: readonly number[]): Promise<readonly number[]> {
    if (ids.length === 0 || this.#backlogged.size === 0) return ids;
    const queued = await this.#store.listQueued(ids);
    const without = new Set(
      queued
        .filter((each) => this.#backlogged.has(backfillPlace(each.backfillId) ?? each.dagId))
        .map((each) => each.id),
    );
    return ids.filter((id) => !without.has(id));
  }

  async #admissible(now: Instant, limit: number): Promise<readonly number[]> {
    const all = this.#all;
    const asked = all ? [] : [...this.#toAdmit];
    if (!all && asked.length === 0) return [];
    const dagIds = all ? null : [...new Set(asked.map(([, { dagId }]) => dagId))];
    const ids = await this.#store.listAdmissible(dagIds, now, limit);
    if (all) {
      this.#queuedDueAt = await this.#store.nextQueuedRunAfter(now);
      this.#all = false;
    }
    for (const [place, { roomMade }] of asked) {
      this.#toAdmit.delete(place);
      // Room there was, and nobody who waited for it.
      if (ids.length === 0 && roomMade) this.#backlogged.delete(place);
    }
    return ids;
  }
}

function backfillPlace(backfillId: number | null | undefined): string | undefined {
  // Ids of Dags have no such character.
  return backfillId == null ? undefined : `#${String(backfillId)}`;
}

function placeOf({ dagId, backfill }: Pick<RunSnapshot, "dagId" | "backfill">): string {
  return backfillPlace(backfill?.id) ?? dagId;
}
