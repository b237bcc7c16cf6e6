import type { Instant } from "@windlass/contract";
import { fromMillis, invariant, type SerializedDag } from "@windlass/contract";
import { buildGraph } from "../../src/domain/graph.ts";
import { nextRun } from "../../src/domain/schedule/next-run.ts";
import type {
  AttemptRow,
  DagRow,
  InstanceRow,
  LateReportRow,
  OutboxRow,
  PoolRow,
  RunRow,
  StoredEvent,
  StoredXcomRow,
  VersionRow,
  WorkerRow,
} from "./rows.ts";

/** Where a clock stands, and what is drawn by chance. */
export interface TablesOptions {
  /** The database's own clock: milliseconds since 1970. */
  readonly now: () => number;
  /** Makes the ids that PostgreSQL would make. */
  readonly uuid: () => string;
}

/** Everything that is committed. */
export class Tables {
  readonly dags = new Map<string, DagRow>();
  readonly versions = new Map<number, VersionRow>();
  readonly pools = new Map<string, PoolRow>();
  readonly runs = new Map<number, RunRow>();
  readonly instances = new Map<number, InstanceRow>();
  readonly attempts = new Map<string, AttemptRow>();
  readonly outbox = new Map<string, OutboxRow>();
  readonly xcoms = new Map<string, StoredXcomRow>();
  readonly events: StoredEvent[] = [];
  readonly lateReports: LateReportRow[] = [];
  readonly workers = new Map<string, WorkerRow>();
  readonly uuid: () => string;
  /** What was written since somebody looked: keys of runs and task instances, ids of attempts. */
  readonly touched = { runs: new Set<number>(), instances: new Set<number>(), attempts: new Set<string>() };
  readonly #options: TablesOptions;
  readonly #byRun = new Map<number, Set<number>>();
  readonly #attemptsOf = new Map<number, Set<string>>();
  readonly #next = { run: 0, instance: 0, event: 0, version: 0 };

  constructor(options: TablesOptions) {
    this.#options = options;
    this.uuid = options.uuid;
    this.pools.set("default_pool", { name: "default_pool", slots: 128, includeDeferred: false });
  }

  /** By the database's clock. */
  now(): Instant {
    return fromMillis(this.#options.now());
  }

  nowMillis(): number {
    return this.#options.now();
  }

  /** Keys come from sequences: what was given is not given again, also where nothing was committed. */
  nextId(of: "run" | "instance" | "event" | "version"): number {
    this.#next[of] += 1;
    return this.#next[of];
  }

  instancesOf(dagRunId: number): readonly InstanceRow[] {
    return [...(this.#byRun.get(dagRunId) ?? [])].map((id) => this.instance(id)).sort((a, b) => a.id - b.id);
  }

  instance(id: number): InstanceRow {
    const row = this.instances.get(id);
    invariant(row, `no task instance ${String(id)}`);
    return row;
  }

  attemptsOf(taskInstanceId: number): readonly AttemptRow[] {
    return [...(this.#attemptsOf.get(taskInstanceId) ?? [])].flatMap((id) => this.attempts.get(id) ?? []);
  }

  putRun(row: RunRow): void {
    this.runs.set(row.id, row);
    this.touched.runs.add(row.id);
  }

  putAttempt(row: AttemptRow): void {
    this.attempts.set(row.attemptId, row);
    this.touched.attempts.add(row.attemptId);
    const ofInstance = this.#attemptsOf.get(row.taskInstanceId) ?? new Set();
    this.#attemptsOf.set(row.taskInstanceId, ofInstance.add(row.attemptId));
  }

  putInstance(row: InstanceRow): void {
    this.touched.instances.add(row.id);
    this.instances.set(row.id, row);
    const ofRun = this.#byRun.get(row.dagRunId) ?? new Set();
    this.#byRun.set(row.dagRunId, ofRun.add(row.id));
  }

  /** With all that belongs to it; the history stays. */
  deleteRun(id: number): void {
    for (const instance of this.instancesOf(id)) {
      this.instances.delete(instance.id);
      for (const { attemptId } of this.attemptsOf(instance.id)) {
        this.attempts.delete(attemptId);
        this.outbox.delete(attemptId);
      }
      this.#attemptsOf.delete(instance.id);
      for (const [key, xcom] of this.xcoms) if (xcom.taskInstanceId === instance.id) this.xcoms.delete(key);
    }
    this.#byRun.delete(id);
    this.runs.delete(id);
  }

  /** Stores a Dag as the Dag processor would, at a moment of that one's clock. */
  storeDag(dag: SerializedDag, now: Instant): void {
    const id = this.nextId("version");
    const before = this.dags.get(dag.dagId);
    const versionNumber = [...this.versions.values()].filter((each) => each.dagId === dag.dagId).length + 1;
    this.versions.set(id, {
      id,
      dagId: dag.dagId,
      versionNumber,
      bundleHash: `bundle-of-${dag.dagId}-${String(versionNumber)}`,
      dag,
      graph: buildGraph(dag),
    });
    const { schedule, startDate, endDate, catchup } = dag;
    const next = nextRun(schedule, { last: null, startDate, endDate, catchup, now });
    this.dags.set(dag.dagId, {
      dagId: dag.dagId,
      isPaused: before?.isPaused ?? false,
      currentVersionId: id,
      nextLogicalDate: next?.logicalDate ?? null,
      nextDataIntervalStart: next?.dataIntervalStart ?? null,
      nextDataIntervalEnd: next?.dataIntervalEnd ?? null,
      nextRunAfter: next?.runAfter ?? null,
    });
  }

  version(id: number): VersionRow {
    const row = this.versions.get(id);
    invariant(row, `no version ${String(id)}`);
    return row;
  }
}

/** The key of an XCom's row. */
export function xcomAt(taskInstanceId: number, key: string): string {
  return `${String(taskInstanceId)}\n${key}`;
}
