import type { AttemptOutcome, Instant, SerializedDag } from "@windlass/contract";
import { DatabaseError } from "../../src/database/database-error.ts";
import { isTransient } from "../../src/services/scheduler/failures.ts";
import { apply } from "../../src/domain/apply.ts";
import { outcomeXcoms } from "../../src/domain/outcome-xcoms.ts";
import { applyOutcome } from "../../src/domain/reports.ts";
import { indexOf } from "../../src/domain/run-index.ts";
import { LeaseKeeper } from "../../src/executors/local/lease-keeper.ts";
import { batchOf, startingNothing } from "../../src/store/run-decisions.ts";
import { behave } from "./behaviour.ts";
import { graphsOf } from "./graphs-of.ts";
import { memoryStore } from "./memory-store.ts";
import { FAR } from "./random-dag.ts";
import type { Server } from "./session.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { Surroundings } from "./surroundings.ts";
import type { WorldStore } from "./world-store.ts";

/** What a world hears of a worker. */
export interface WorkerHears {
  readonly dagOf: (dagId: string) => SerializedDag;
  readonly onBegun: (attemptId: string) => void;
  readonly onEnded: (attemptId: string) => void;
  /** It has changed a run, as the API server tells schedulers. */
  readonly onChanged: (dagRunId: number) => void;
}

const SLOTS = 2;
const PULL_MS = 1_200;
const CLAIM_AGAIN_SECONDS = 5;

/** A worker elsewhere, with the API server between it and the database left out: it claims queued attempts, starts, renews and reports them. */
export class WorkerProcess {
  readonly process: SimulatedProcess;
  readonly #around: Surroundings;
  readonly #server: Server;
  readonly #hears: WorkerHears;
  readonly #store: WorldStore;
  readonly #leaseSeconds: number;
  readonly #running = new Map<string, () => void>();
  readonly #taken = new Set<string>();

  constructor(name: string, around: Surroundings, server: Server, leaseSeconds: number, hears: WorkerHears) {
    this.process = new SimulatedProcess(name, around);
    this.#around = around;
    this.#server = server;
    this.#hears = hears;
    this.#leaseSeconds = leaseSeconds;
    this.#store = memoryStore(server, this.process.link, name);
  }

  start(): void {
    const { timers } = this.process;
    new LeaseKeeper({
      timers,
      renew: (attemptIds) => this.#store.renewLeases(attemptIds, this.#leaseSeconds),
      attempts: () => [...this.#running.keys()],
      onRevoked: (attemptIds) => {
        for (const attemptId of attemptIds) this.#drop(attemptId);
      },
      onSilence: () => {
        for (const attemptId of [...this.#running.keys()]) this.#drop(attemptId);
      },
      renewMs: (this.#leaseSeconds * 1_000) / 6,
      giveUpMs: (this.#leaseSeconds * 2_000) / 3,
    }).start();
    timers.every(PULL_MS, () => {
      this.#pull().catch((error: unknown) => {
        if (!(error instanceof DatabaseError && isTransient(error))) throw error;
      });
    });
  }

  crash(): void {
    this.process.crash();
    for (const attemptId of [...this.#running.keys()]) this.#drop(attemptId);
  }

  async #pull(): Promise<void> {
    const free = SLOTS - this.#taken.size;
    await this.process.link.call(() => {
      const { tables } = this.#server;
      const workerId = this.process.name;
      tables.workers.set(workerId, { workerId, queues: [FAR], free, lastSeenAt: tables.now() });
    });
    if (free <= 0) return;
    for (const { attemptId, dagRunId } of await this.#store.claimQueued([FAR], free, CLAIM_AGAIN_SECONDS))
      void this.#begin(attemptId, dagRunId, this.process.clock.now());
  }

  async #begin(attemptId: string, dagRunId: number, startDate: Instant): Promise<void> {
    if (this.#taken.has(attemptId)) return;
    this.#taken.add(attemptId);
    const start = { attemptId, hostname: this.process.name, pid: 1, startDate, bootId: null };
    const answer = await this.#again(() => this.#store.startAttempt(start, this.#leaseSeconds));
    if (answer.kind === "refused") {
      this.#taken.delete(attemptId);
      return;
    }
    this.#hears.onChanged(dagRunId);
    const row = [...this.#server.tables.instances.values()].find((each) => each.attemptId === attemptId);
    if (!row) {
      this.#taken.delete(attemptId);
      return;
    }
    this.#hears.onBegun(attemptId);
    const { taskId, carry, dagId } = row;
    const attempt = { taskId, ...(carry && { carry }) };
    const { ms, outcome } = behave(this.#around.chance, this.#hears.dagOf(dagId), attempt, startDate);
    const cancel = this.#around.time.after(ms, () => {
      this.#drop(attemptId);
      this.process.deliver(1, () => void this.#report(attemptId, dagRunId, outcome));
    });
    this.#running.set(attemptId, cancel);
  }

  async #report(attemptId: string, dagRunId: number, outcome: AttemptOutcome): Promise<void> {
    this.#taken.add(attemptId);
    const isAccepted = await this.#again(() => reportByHand(this.#store, this.process, attemptId, dagRunId, outcome));
    this.#taken.delete(attemptId);
    if (isAccepted) this.#hears.onChanged(dagRunId);
  }

  #drop(attemptId: string): void {
    const cancel = this.#running.get(attemptId);
    if (!cancel) return;
    cancel();
    this.#running.delete(attemptId);
    this.#taken.delete(attemptId);
    this.#hears.onEnded(attemptId);
  }

  /** Asks until there is an answer: the same question has the effect of one. */
  async #again<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof DatabaseError && isTransient(error))) throw error;
        await this.process.link.pause(300);
      }
    }
  }
}

/** As `reportOutcome` commits it. @returns whether it counts */
async function reportByHand(
  store: WorldStore,
  { clock }: SimulatedProcess,
  attemptId: string,
  dagRunId: number,
  outcome: AttemptOutcome,
): Promise<boolean> {
  const isAccepted = await store.byHand(async (tx) => {
    if (!(await tx.lockRun(dagRunId))) return false;
    const [loaded] = await tx.loadRuns([dagRunId], (ids) => graphsOf(store, ids));
    if (!loaded) return false;
    const { snapshot: before } = loaded;
    const instance = before.taskInstances[indexOf(before.graph, before.taskInstances).byAttempt.get(attemptId) ?? -1];
    if (instance?.state !== "running" && instance?.state !== "restarting") return false;
    const at = clock.now();
    const report = applyOutcome(before, attemptId, outcome, at, 0.5);
    if (!report.accepted) return false;
    const xcoms = instance.state === "running" ? outcomeXcoms(before, instance, outcome) : [];
    const { transitions } = report;
    await tx.commitTransitions(
      batchOf([{ before, after: apply(before, transitions, at), transitions }], { ...startingNothing(at), xcoms }),
    );
    return true;
  });
  if (!isAccepted) await store.insertLateReports([{ attemptId, report: outcome.state }]);
  return isAccepted;
}
