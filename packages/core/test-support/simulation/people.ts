import { isTerminalState } from "@windlass/contract";
import { DatabaseError } from "../../src/database/database-error.ts";
import { isTransient } from "../../src/services/scheduler/failures.ts";
import { apply } from "../../src/domain/apply.ts";
import { clearTaskInstances } from "../../src/domain/clear.ts";
import { markRun, markTaskInstances } from "../../src/domain/mark.ts";
import type { RunSnapshot } from "../../src/domain/snapshot.ts";
import type { Advance } from "../../src/domain/transition.ts";
import type { Scheduler } from "../../src/services/scheduler/scheduler.ts";
import { batchOf, startingNothing } from "../../src/store/run-decisions.ts";
import type { NewRun } from "../../src/store/runs.ts";
import { graphsOf } from "./graphs-of.ts";
import { memoryStore } from "./memory-store.ts";
import type { Server } from "./session.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { Surroundings } from "./surroundings.ts";
import type { WorldStore } from "./world-store.ts";

type Tell = (signal: (scheduler: Scheduler) => void) => void;

/** People, through an API server: they make, clear, mark, pause and delete, at any moment. */
export class People {
  readonly process: SimulatedProcess;
  /** Keys of the runs whose making was acknowledged, and of those whose deletion was asked for. */
  readonly acknowledged = new Set<number>();
  readonly deleted = new Set<number>();
  readonly #around: Surroundings;
  readonly #server: Server;
  readonly #store: WorldStore;
  readonly #tell: Tell;

  constructor(around: Surroundings, server: Server, tell: Tell) {
    this.process = new SimulatedProcess("people", around);
    this.#around = around;
    this.#server = server;
    this.#tell = tell;
    this.#store = memoryStore(server, this.process.link, "people");
  }

  /** Something at random. */
  async act(): Promise<void> {
    const { chance } = this.#around;
    const { tables } = this.#server;
    const dagId = chance.pick([...tables.dags.keys()]);
    const run = chance.pick([...tables.runs.keys()]);
    const drawn = chance.fraction();
    try {
      if (dagId !== undefined && (drawn < 0.3 || run === undefined)) await this.trigger(dagId);
      else if (dagId !== undefined && drawn < 0.42) await this.pause(dagId, chance.happens(0.5));
      else if (run !== undefined && drawn < 0.48) await this.#delete(run);
      else if (run !== undefined) await this.#change(run);
    } catch (error) {
      if (!(error instanceof DatabaseError && isTransient(error))) throw error;
    }
  }

  async trigger(dagId: string): Promise<void> {
    const version = this.#server.tables.dags.get(dagId)?.currentVersionId ?? 0;
    const now = this.process.clock.now();
    const run: NewRun = {
      ...{ dagId, dagVersionId: version, moment: now, queuedAt: now, runType: "manual", triggeredBy: "rest_api" },
      identity: (moment) => ({
        ...{ runId: `manual__${moment}`, logicalDate: moment, dataIntervalStart: null, dataIntervalEnd: null },
        runAfter: now,
      }),
      given: { runId: false, logicalDate: false },
      ...{ triggeringUser: null, conf: {}, params: {}, note: null, noteAccountId: null, launchContext: {} },
    };
    const [made] = await this.#store.byHand((tx) => tx.insertRuns([run]));
    if (made?.kind !== "created") return;
    this.acknowledged.add(made.id);
    this.#tell((scheduler) => {
      scheduler.runsCreated([made.id]);
    });
  }

  async pause(dagId: string, paused: boolean): Promise<void> {
    await this.#store.setDagPaused(dagId, paused);
    this.#tell((scheduler) => {
      scheduler.dagChanged(dagId);
    });
  }

  async #delete(dagRunId: number): Promise<void> {
    this.deleted.add(dagRunId);
    await this.#store.byHand((tx) => tx.deleteRun(dagRunId));
    this.#tell((scheduler) => {
      scheduler.runChanged(dagRunId);
    });
  }

  /** Gives up what waits in a run, teardowns among it. */
  async giveUp(dagRunId: number): Promise<void> {
    await this.#change(dagRunId, (run) => {
      const open = run.taskInstances.filter((each) => !isTerminalState(each.state));
      const named = [...new Set(open.map((each) => each.taskId))];
      return markTaskInstances(run, new Set(open.map((each) => each.id)), named, "failed");
    });
  }

  async #change(dagRunId: number, decide = this.#drawChange()): Promise<void> {
    const { clock } = this.process;
    const isThere = await this.#store.byHand(async (tx) => {
      if (!(await tx.lockRun(dagRunId))) return false;
      const [loaded] = await tx.loadRuns([dagRunId], (ids) => graphsOf(this.#store, ids));
      if (!loaded) return false;
      const { snapshot: before } = loaded;
      const at = clock.now();
      const { transitions } = decide(before);
      await tx.commitTransitions(
        batchOf([{ before, after: apply(before, transitions, at), transitions }], startingNothing(at)),
      );
      return true;
    });
    if (isThere)
      this.#tell((scheduler) => {
        scheduler.runChanged(dagRunId);
      });
  }

  #drawChange(): (run: RunSnapshot) => Advance {
    const { chance } = this.#around;
    const drawn = chance.fraction();
    const which = chance.fraction();
    const some = (run: RunSnapshot): ReadonlySet<number> =>
      new Set(run.taskInstances.filter((_, at) => ((at + 1) * 0.37 + which) % 1 < 0.4).map((each) => each.id));
    if (drawn < 0.1) return (run) => markRun(run, "success");
    if (drawn < 0.2) return (run) => markRun(run, "failed");
    if (drawn < 0.25) return (run) => markRun(run, "queued");
    const to = chance.pick(["success", "failed", "skipped"] as const);
    if (drawn < 0.5)
      return (run) => {
        const ids = some(run);
        const named = run.taskInstances.filter((each) => ids.has(each.id)).map((each) => each.taskId);
        return markTaskInstances(run, ids, [...new Set(named)], to);
      };
    const resetRun = !chance.happens(0.1);
    return (run) => clearTaskInstances(run, some(run), { resetRun });
  }
}
