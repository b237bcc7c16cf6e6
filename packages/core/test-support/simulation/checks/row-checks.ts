import {
  addSeconds,
  isLegalTransition,
  isTerminalRunState,
  isTerminalState,
  RUN_TRANSITIONS,
} from "@windlass/contract";
import type { Instant, RunState, TaskInstanceState } from "@windlass/contract";
import type { Fault } from "../../history/fault.ts";
import { taskInRunKey, taskKey } from "../../../src/domain/limits/slots.ts";
import type { AttemptRow, InstanceRow } from "../rows.ts";
import type { Tables } from "../tables.ts";

/**
 * What must hold after every commit, asked of the rows that it wrote and of all that is active. Each fault has the name of the view in the schema `invariant`
 * that asks the same of PostgreSQL, or of the table's own constraint.
 */
export class RowChecks {
  readonly #tables: Tables;
  readonly #mostLeaseSeconds: number;
  #eventsSeen = 0;
  /** States as the history tells them; of runs under their negative keys. */
  readonly #told = new Map<number, string | null>();
  readonly #found: Fault[] = [];
  /** Ends of the leases before the commit that is looked at. */
  readonly #leases = new Map<number, Instant | null>();
  readonly #isRunning: (attemptId: string) => boolean;

  /** @param isRunning whether user code of an attempt runs at this moment */
  constructor(tables: Tables, mostLeaseSeconds: number, isRunning: (attemptId: string) => boolean) {
    this.#tables = tables;
    this.#isRunning = isRunning;
    this.#mostLeaseSeconds = mostLeaseSeconds;
  }

  /** @returns what the last commit broke */
  afterCommit(): readonly Fault[] {
    const { touched } = this.#tables;
    this.#found.length = 0;
    this.#readEvents();
    for (const id of touched.runs) this.#checkRun(id);
    for (const id of touched.attempts) {
      const attempt = this.#tables.attempts.get(id);
      if (attempt) touched.instances.add(attempt.taskInstanceId);
    }
    for (const id of touched.instances) {
      const row = this.#tables.instances.get(id);
      if (row) this.#checkInstance(row);
    }
    if (touched.instances.size > 0 || touched.runs.size > 0) this.#checkBounds();
    touched.runs.clear();
    touched.instances.clear();
    touched.attempts.clear();
    return [...this.#found];
  }

  #fault(invariant: string, row: object): void {
    this.#found.push({ invariant, row });
  }

  #readEvents(): void {
    const { events } = this.#tables;
    for (; this.#eventsSeen < events.length; this.#eventsSeen += 1) {
      const event = events[this.#eventsSeen];
      if (!event) continue;
      const of = event.taskInstanceId ?? -event.dagRunId;
      const before = this.#told.get(of);
      this.#told.set(of, event.toState);
      if (event.taskInstanceId !== null) {
        const lease = this.#leases.get(event.taskInstanceId) ?? null;
        const isHeld = lease !== null && lease > this.#tables.now() && this.#isRunning(event.attemptId ?? "");
        if (event.reason === "lease_expired" && event.fromState === "running" && isHeld)
          this.#fault("h02_held_lease_ended", { ...event, lease });
        if (before !== undefined && before !== event.fromState)
          this.#fault("i04_unbroken_history", { ...event, before });
        if (!isLegalTransition(event.fromState as TaskInstanceState | null, event.toState as TaskInstanceState | null))
          this.#fault("i04_legal_transitions", event);
        continue;
      }
      const isLegal =
        event.fromState === null
          ? event.toState === "queued"
          : RUN_TRANSITIONS[event.fromState as RunState].includes(event.toState as RunState);
      if (!isLegal || (before !== undefined && before !== event.fromState))
        this.#fault("i04_legal_run_transitions", { ...event, before });
    }
  }

  #checkRun(id: number): void {
    const run = this.#tables.runs.get(id);
    if (!run) return;
    const isOver = isTerminalRunState(run.state);
    if (isOver !== (run.endDate !== null)) this.#fault("dag_run_end_date", run);
    const told = this.#told.get(-id);
    if (told !== undefined && told !== run.state) this.#fault("i15_run_state_of_events", { run, told });
    if (isOver) {
      for (const { id: instanceId, state } of this.#tables.instancesOf(id)) {
        const isLeft = state === null && this.#wasCleared(instanceId);
        if (!isTerminalState(state) && !isLeft) this.#fault("i07_terminal_runs", { run, instanceId, state });
      }
    }
    for (const other of this.#tables.runs.values()) {
      if (other.id === id || other.dagId !== run.dagId) continue;
      const isSame = run.logicalDate !== null && other.logicalDate === run.logicalDate;
      if (isSame || other.runId === run.runId) this.#fault("i11_one_run", { run, other });
    }
  }

  #wasCleared(taskInstanceId: number): boolean {
    return this.#tables.events.some(
      (event) => event.taskInstanceId === taskInstanceId && event.toState === null && event.reason === "cleared",
    );
  }

  #checkInstance(row: InstanceRow): void {
    const tables = this.#tables;
    const { state } = row;
    this.#leases.set(row.id, row.leaseUntil);
    if ((state === "running") !== (row.leaseUntil !== null)) this.#fault("task_instance_lease", row);
    if ((state === "success" || state === "failed") && row.endDate === null) this.#fault("task_instance_end", row);
    if (row.leaseUntil !== null && row.leaseUntil > addSeconds(tables.now(), this.#mostLeaseSeconds + 1))
      this.#fault("i12_lease_by_database_clock", row);
    const told = this.#told.get(row.id);
    if (told === undefined ? state !== null : told !== state) this.#fault("i15_state_of_events", { row, told });
    const waits = state === "up_for_retry" || state === "up_for_reschedule" || row.trigger?.kind === "moment";
    if (waits && row.notBefore === null && !isTerminalState(state) && state !== "running")
      this.#fault("i06_waits_are_due", row);
    if (state === "deferred" && row.trigger === null) this.#fault("i06_waits_have_a_trigger", row);
    const isAnnounced = tables.outbox.has(row.attemptId);
    if (state === "queued" && !isAnnounced) this.#fault("i13_queued_is_announced", row);
    this.#checkAttempts(row, tables.attemptsOf(row.id));
  }

  #checkAttempts(row: InstanceRow, attempts: readonly AttemptRow[]): void {
    const { state, attemptId } = row;
    const current = attempts.find((each) => each.attemptId === attemptId);
    if (state === "queued" || state === "running") {
      const isSound = current?.endedAt === null && (current.startedAt !== null) === (state === "running");
      if (!isSound) this.#fault("i15_attempt_of_dispatch", { row, current });
    }
    const dispatches = new Set<string>();
    for (const each of attempts) {
      const isCurrent = each.attemptId === attemptId;
      if (
        each.startedAt !== null &&
        each.endedAt === null &&
        !(isCurrent && (state === "running" || state === "restarting"))
      )
        this.#fault("i02_one_lease", { row, each });
      if (each.startedAt === null && each.endedAt === null && !(isCurrent && state === "queued"))
        this.#fault("i15_dispatch_of_attempt", { row, each });
      if (this.#tables.outbox.has(each.attemptId) && !(isCurrent && state === "queued"))
        this.#fault("i13_announced_is_queued", { row, each });
      const dispatch = `${String(each.tryNumber)} ${String(each.dispatchSequence)}`;
      if (dispatches.has(dispatch)) this.#fault("i01_started_once", { row, each });
      dispatches.add(dispatch);
    }
  }

  #checkBounds(): void {
    const tables = this.#tables;
    const inPool = new Map<string, number>();
    const inRun = new Map<number, number>();
    const ofTask = new Map<string, number>();
    const ofTaskInRun = new Map<string, number>();
    for (const row of tables.instances.values()) {
      const isActive = row.state === "queued" || row.state === "running";
      const pool = tables.pools.get(row.pool);
      if (isActive || (row.state === "deferred" && pool?.includeDeferred === true))
        add(inPool, row.pool, row.poolSlots);
      if (!isActive) continue;
      add(inRun, row.dagRunId, 1);
      add(ofTask, taskKey(row), 1);
      add(ofTaskInRun, taskInRunKey(row), 1);
      const { graph } = tables.version(row.dagVersionId);
      const task = graph.tasks.get(row.taskId);
      if ((inRun.get(row.dagRunId) ?? 0) > graph.dag.maxActiveTasks) this.#fault("i10_active_tasks", row);
      if (task?.maxActivePerDag != null && (ofTask.get(taskKey(row)) ?? 0) > task.maxActivePerDag)
        this.#fault("i10_active_of_task", row);
      if (task?.maxActivePerRun != null && (ofTaskInRun.get(taskInRunKey(row)) ?? 0) > task.maxActivePerRun)
        this.#fault("i10_active_of_task", row);
    }
    for (const { name, slots } of tables.pools.values()) {
      const occupied = inPool.get(name) ?? 0;
      if (slots >= 0 && occupied > slots) this.#fault("i09_pools", { name, slots, occupied });
    }
    const running = new Map<string, number>();
    for (const run of tables.runs.values()) {
      if (run.state !== "running") continue;
      add(running, run.dagId, 1);
      const bound = tables.version(run.dagVersionId).dag.maxActiveRuns;
      if ((running.get(run.dagId) ?? 0) > bound) this.#fault("i10_active_runs", { run, bound });
    }
  }
}

function add<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
