import { invariant, toAirflowText, type Clock, type Instant } from "@windlass/contract";
import type { Randomness } from "../../actions/context.ts";
import { assetText, isConditionMet } from "../../domain/assets/condition.ts";
import { type DuePartition, duePartitions } from "../../domain/assets/due-partitions.ts";
import { scheduleCondition } from "../../domain/assets/schedule-condition.ts";
import { defaultParams } from "../../domain/schedule/default-params.ts";
import type { TakenEvent, WaitingDag } from "../../store/assets/asset-runs.ts";
import type { NewRun } from "../../store/runs.ts";
import type { AssetTransaction, SchedulerStore } from "./scheduler-store.ts";

/** What the runs are made with. */
export interface AssetRunsOptions {
  readonly store: SchedulerStore;
  readonly clock: Clock;
  readonly random: Randomness;
}

// One transaction holds so many Dags at most; those behind them come in the next round.
const DAGS_PER_ROUND = 50;

/** Makes the runs that schedules on assets ask for: looks only where somebody said that events came, and at everything now and then. */
export class AssetRuns {
  readonly #options: AssetRunsOptions;
  readonly #dagIds = new Set<string>();
  #all = false;

  constructor(options: AssetRunsOptions) {
    this.#options = options;
  }

  /** Events wait for these Dags, or they may have another run. */
  look(dagIds: readonly string[]): void {
    for (const dagId of dagIds) this.#dagIds.add(dagId);
  }

  /** Looks at all Dags for which events wait. */
  lookAll(): void {
    this.#all = true;
  }

  get hasWork(): boolean {
    return this.#all || this.#dagIds.size > 0;
  }

  /** Makes what is due. @returns keys of the runs @throws DatabaseError; what was asked for stays asked for */
  async make(): Promise<readonly number[]> {
    const made: number[] = [];
    if (this.#all) {
      this.look(await this.#options.store.listQueuedDagIds());
      this.#all = false;
    }
    while (this.#dagIds.size > 0) {
      const dagIds = [...this.#dagIds].slice(0, DAGS_PER_ROUND);
      made.push(...(await makeAssetRuns(this.#options, dagIds)));
      for (const dagId of dagIds) this.#dagIds.delete(dagId);
    }
    return made;
  }
}

/**
 * Makes a run for each Dag whose condition holds on the events that wait for it; the run takes all of them, and they wait no more. One transaction: there is
 * one run for a set of events however many schedulers look.
 * @param dagIds the Dags to look at
 */
export async function makeAssetRuns(
  { store, clock, random }: AssetRunsOptions,
  dagIds: readonly string[],
): Promise<readonly number[]> {
  return store.transaction(async (tx) => {
    const runIds: number[] = [];
    for (const waiting of await tx.lockWaitingDags(dagIds)) {
      if (waiting.room <= 0) continue;
      const { schedule } = waiting.dag;
      if (schedule.kind === "assets" && schedule.partition) {
        const due = duePartitions(schedule.condition, schedule.partition, waiting.queued);
        for (const each of due.slice(0, waiting.room)) {
          runIds.push(await makeRun(tx, waiting, clock.now(), suffix(random), each));
        }
      } else if (isMet(waiting)) runIds.push(await makeRun(tx, waiting, clock.now(), suffix(random), null));
    }
    return runIds;
  });
}

function isMet({ dag, queued, aliases }: WaitingDag): boolean {
  const condition = scheduleCondition(dag.schedule);
  if (condition === undefined) return false;
  const fulfilled = new Set(queued.filter((each) => each.partitionKey === null).map(assetText));
  return isConditionMet(condition, {
    isFulfilled: (asset) => fulfilled.has(assetText(asset)),
    assetsOf: (alias) => aliases.get(alias) ?? [],
  });
}

async function makeRun(
  tx: AssetTransaction,
  waiting: WaitingDag,
  now: Instant,
  ending: string,
  partition: DuePartition | null,
): Promise<number> {
  const { dagId, dag } = waiting;
  const taken = await tx.takeQueuedEvents(dagId, partition && partition.events);
  const newest = newestOf(taken, now);
  const run = newRun(waiting, newest < now ? newest : now, now, ending);
  const [made] = await tx.insertRuns([
    { ...run, ...(partition && { partitionKey: partition.key, partitionDate: partition.date }) },
  ]);
  invariant(made?.kind === "created", "the id of a run by assets is made here, and moves on where it is taken");
  await tx.linkTaken(made.id, taken);
  if (partition === null) await tx.linkSinceLastRun({ id: made.id, dagId, catchup: dag.catchup, until: newest });
  return made.id;
}

function newestOf(taken: readonly TakenEvent[], now: Instant): Instant {
  return taken.reduce<Instant | null>((newest, { at }) => (newest === null || at > newest ? at : newest), null) ?? now;
}

function newRun({ dagId, dagVersionId, dag }: WaitingDag, runAfter: Instant, now: Instant, ending: string): NewRun {
  return {
    dagId,
    dagVersionId,
    moment: runAfter,
    // It stands for no moment: neither logical date nor data interval, as on Airflow 3.
    identity: (moment) => ({
      runId: `asset_triggered__${toAirflowText(moment, "+00:00")}_${ending}`,
      logicalDate: null,
      dataIntervalStart: null,
      dataIntervalEnd: null,
      runAfter,
    }),
    given: { runId: false, logicalDate: true },
    runType: "asset_triggered",
    triggeredBy: "asset",
    triggeringUser: null,
    queuedAt: now,
    conf: {},
    params: defaultParams(dag),
    note: null,
    noteAccountId: null,
    launchContext: { door: "asset" },
  };
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Eight letters behind the moment, as Airflow 3 names runs without a logical date. */
function suffix(random: Randomness): string {
  return [...random.bytes(8)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}
