import type { SerializedDag } from "@windlass/contract";
import { DatabaseError } from "../../src/database/database-error.ts";
import { withPatience } from "../../src/database/patience.ts";
import { LeaseKeeper } from "../../src/executors/local/lease-keeper.ts";
import { rescuer } from "../../src/services/rescuer.ts";
import { DagVersions } from "../../src/services/scheduler/dag-versions.ts";
import { isTransient } from "../../src/services/scheduler/failures.ts";
import { Dispatcher } from "../../src/services/scheduler/dispatcher.ts";
import { Scheduler } from "../../src/services/scheduler/scheduler.ts";
import { WorkerPlaces } from "../../src/services/scheduler/worker-places.ts";
import type { Repeating } from "../../src/services/repeating.ts";
import type { OpenAttempt } from "../../src/store/attempts.ts";
import { behave } from "./behaviour.ts";
import { memoryStore } from "./memory-store.ts";
import type { Server } from "./session.ts";
import { SimulatedExecutor } from "./simulated-executor.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { Surroundings } from "./surroundings.ts";

/** How an engine is set up. Seconds where nothing else is said. */
export interface EngineSetup {
  readonly parallelism: number;
  readonly pollMs: number;
  readonly leaseSeconds: number;
  readonly marginSeconds: number;
  readonly queuedSeconds: number;
  readonly restartingSeconds: number;
  readonly rescueMs: number;
  readonly localQueues: readonly string[];
  readonly runsPerRound: number;
}

/** What a world hears of an engine. */
export interface EngineHears {
  readonly dagOf: (dagId: string) => SerializedDag;
  readonly onBegun: (attemptId: string, by: EngineProcess) => void;
  readonly onEnded: (attemptId: string) => void;
  readonly onProblem: (what: string) => void;
}

/** A process with an engine, wired as `createEngine` wires one: the product's own scheduler, dispatcher, keeper of leases and rescuer. */
export class EngineProcess {
  readonly process: SimulatedProcess;
  readonly bootId: string;
  readonly scheduler: Scheduler;
  readonly executor: SimulatedExecutor;
  readonly #leases: LeaseKeeper;
  readonly #rescuer: Repeating;
  readonly #around: Surroundings;
  readonly #dispatcher: Dispatcher;
  readonly #listAttemptsOfBoots: (bootIds: readonly string[]) => Promise<readonly OpenAttempt[]>;

  constructor(name: string, around: Surroundings, server: Server, setup: EngineSetup, hears: EngineHears) {
    const process = new SimulatedProcess(name, around);
    this.process = process;
    this.#around = around;
    const { clock, timers } = process;
    const { leaseSeconds } = setup;
    this.bootId = around.chance.uuid();
    const store = memoryStore(server, process.link, name);
    this.#listAttemptsOfBoots = (bootIds) => store.listAttemptsOfBoots(bootIds);
    this.executor = new SimulatedExecutor({
      ...{ process, around, parallelism: setup.parallelism },
      behaviour: (attempt) => behave(around.chance, hears.dagOf(attempt.run.dagId), attempt, clock.now()),
      onBegun: (attemptId) => {
        hears.onBegun(attemptId, this);
      },
      onEnded: hears.onEnded,
    });
    const { executor } = this;
    const bundles = new Set<string>();
    const places = new WorkerPlaces(setup.localQueues);
    this.#dispatcher = new Dispatcher({
      ...{ executor, timers, logsFolder: "/logs", maxXcomBytes: 1_000_000, maxMapLength: 1_024 },
      bundles: {
        has: (hash) => bundles.has(hash),
        pathOf: (hash) => hash,
        ensure: async (hash) => {
          // The first time it has to be fetched.
          await process.link.pause(around.chance.mostlyShort(1, 200));
          bundles.add(hash);
          return true;
        },
      },
      loadXcoms: (addresses) => store.loadXcoms(addresses),
      environmentOf: () => ({}),
      onFailed: (attemptId, outcome) => {
        this.scheduler.attemptFinished(attemptId, outcome);
      },
      onInterrupted: (attemptId) => {
        this.scheduler.attemptInterrupted(attemptId);
      },
    });
    const dispatcher = this.#dispatcher;
    const onProblem = (service: string, error: unknown): void => {
      // That the database is away or busy now and then is part of the world.
      if (error instanceof DatabaseError && isTransient(error)) return;
      hears.onProblem(`${name} ${service}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    };
    this.scheduler = new Scheduler({
      ...{ store, clock, timers, executor, dispatcher, places, onProblem, leaseSeconds },
      ...{ bootId: this.bootId, pollMs: setup.pollMs, runsPerRound: setup.runsPerRound },
      random: { bytes: (count) => around.chance.bytes(count) },
      versions: new DagVersions(),
      onCommitted: () => undefined,
      scheduledRunsPerRound: 5,
    });
    this.#leases = new LeaseKeeper({
      timers,
      renew: (attemptIds) => store.renewLeases(attemptIds, leaseSeconds),
      attempts: () => [...executor.attempts(), ...dispatcher.preparing()],
      onRevoked: (attemptIds) => {
        for (const attemptId of attemptIds) executor.cancel(attemptId);
      },
      onSilence: () => {
        executor.killAll();
      },
      renewMs: (leaseSeconds * 1_000) / 6,
      giveUpMs: (leaseSeconds * 2_000) / 3,
    });
    this.#rescuer = rescuer({
      ...{ store, timers, onProblem, everyMs: setup.rescueMs, localQueues: () => places.local },
      ...{ marginSeconds: setup.marginSeconds, queuedSeconds: setup.queuedSeconds },
      restartingSeconds: setup.restartingSeconds,
      onLost: (found) => {
        this.scheduler.attemptsFound("lost", found);
      },
      onNeverStarted: (found) => {
        this.scheduler.attemptsFound("never_started", found);
      },
    });
  }

  /** @param deadBoot the boot of this place before */
  async start(deadBoot: string | undefined): Promise<void> {
    await this.executor.start({
      finished: (attemptId, outcome) => {
        this.scheduler.attemptFinished(attemptId, outcome);
      },
      cancelled: (attemptId) => {
        this.scheduler.attemptCancelled(attemptId);
      },
      interrupted: (attemptId) => {
        this.scheduler.attemptInterrupted(attemptId);
      },
      answer: () => new Promise(() => undefined),
    });
    this.#leases.start();
    if (deadBoot !== undefined) {
      const left = await withPatience(
        () => this.#listAttemptsOfBoots([deadBoot]),
        () => true,
        this.process.timers,
      );
      this.scheduler.attemptsFound("lost", left);
    }
    await this.scheduler.start();
    await this.#rescuer.start();
  }

  /** Ends in good order. */
  async stop(): Promise<void> {
    this.process.wasTroubled = true;
    const executed = this.executor.stop();
    await this.#rescuer.stop();
    for (const attemptId of this.#dispatcher.stop()) this.scheduler.attemptInterrupted(attemptId);
    await executed;
    await this.scheduler.drain();
    await this.scheduler.stop();
    await this.#leases.stop();
    this.process.isAlive = false;
  }

  crash(): void {
    this.process.crash();
    // The kernel ends the runners with their supervisor.
    this.#around.time.after(1, () => {
      this.executor.die();
    });
  }
}
