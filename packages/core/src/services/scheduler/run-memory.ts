import type { Instant } from "@windlass/contract";
import { indexOf } from "../../domain/run-index.ts";
import type { RunSnapshot } from "../../domain/snapshot.ts";
import { CandidateQueue } from "./candidate-queue.ts";
import type { Decided } from "./decide-run.ts";
import type { ActiveRun, AttemptReport } from "./active-run.ts";
import { TimedRuns } from "./timed-runs.ts";

/** The runs in memory, and which of them wait for what. */
export class RunMemory {
  /** Runs in which something happened since their last decision. */
  readonly dirty = new Set<ActiveRun>();
  /** Task instances that wait for slots, those of decisions that are being committed among them. */
  readonly candidates = new CandidateQueue();
  readonly #runs = new Map<number, ActiveRun>();
  readonly #timed = new TimedRuns<ActiveRun>();
  /** Reports about runs that are not loaded yet. */
  readonly #early = new Map<number, AttemptReport[]>();

  get size(): number {
    return this.#runs.size;
  }

  get(id: number): ActiveRun | undefined {
    return this.#runs.get(id);
  }

  ids(): readonly number[] {
    return [...this.#runs.keys()];
  }

  ofDag(dagId: string): readonly ActiveRun[] {
    return [...this.#runs.values()].filter((each) => each.snapshot.dagId === dagId);
  }

  /** Takes a run as it was loaded in place of what was known of it. */
  put(active: ActiveRun): void {
    const before = this.#runs.get(active.id);
    if (before) {
      active.reports = before.reports;
      this.evict(before);
    }
    active.reports.push(...this.takeEarly(active.id));
    this.#runs.set(active.id, active);
    this.dirty.add(active);
    this.showCandidates(active);
  }

  /** Shows what of a run waits for slots, as it is committed. A paused Dag's task instances wait as they are. */
  showCandidates(active: ActiveRun): void {
    this.candidates.removeRun(active.id);
    if (active.snapshot.dagPaused) return;
    for (const candidate of active.scheduled.values()) this.candidates.add(candidate);
  }

  /** Shows what will wait for slots once a decision is committed. */
  showDecided({ active, transitions, candidates }: Decided): void {
    if (active.snapshot.dagPaused) return;
    for (const transition of transitions) {
      if (transition.kind !== "task_instance") continue;
      const before = transition.from === "scheduled" ? active.scheduled.get(transition.id) : undefined;
      if (before) this.candidates.remove(before);
    }
    for (const candidate of candidates.values()) this.candidates.add(candidate);
  }

  /** How many more task instances of a run may be active, as its snapshot has it: a snapshot that is out of date is refused at the commit. */
  roomIn(dagRunId: number, snapshot: RunSnapshot | undefined): number {
    const { graph, taskInstances } = snapshot ?? this.#runs.get(dagRunId)?.snapshot ?? {};
    if (!graph || !taskInstances) return 0;
    const { tally } = indexOf(graph, taskInstances);
    return graph.dag.maxActiveTasks - (tally.get("queued") ?? 0) - (tally.get("running") ?? 0);
  }

  evict(active: ActiveRun): void {
    if (this.#runs.get(active.id) === active) this.#runs.delete(active.id);
    this.dirty.delete(active);
    this.candidates.removeRun(active.id);
    this.#timed.delete(active);
  }

  /** Keeps a report until its run's next decision. @returns false where the run is not loaded */
  report(dagRunId: number, report: AttemptReport): boolean {
    const active = this.#runs.get(dagRunId);
    if (active) {
      active.reports.push(report);
      this.dirty.add(active);
      return true;
    }
    const reports = this.#early.get(dagRunId) ?? [];
    reports.push(report);
    this.#early.set(dagRunId, reports);
    return false;
  }

  hasEarly(dagRunId: number): boolean {
    return this.#early.has(dagRunId);
  }

  takeEarly(dagRunId: number): readonly AttemptReport[] {
    const reports = this.#early.get(dagRunId) ?? [];
    this.#early.delete(dagRunId);
    return reports;
  }

  /** Says again which sets a run belongs to, after its decision. */
  sort(active: ActiveRun): void {
    this.#timed.set(active, active.nextCheckAt);
    if (active.reports.length > 0) this.dirty.add(active);
  }

  /** Marks the runs whose moment has come. */
  wakeTimed(now: Instant): void {
    for (const active of this.#timed.due(now)) this.dirty.add(active);
  }

  /** When the next run is to be looked at by the clock alone; what is due already waits for its decision. */
  nextCheckAt(): Instant | null {
    return this.#timed.next();
  }
}
