import {
  addSeconds,
  type AttemptContext,
  type AttemptError,
  type AttemptOutcome,
  type Clock,
  NOT_MAPPED,
  type XcomKeeping,
} from "@windlass/contract";
import type { Randomness } from "../../actions/context.ts";
import type { Database } from "../../database/sql.ts";
import { type Executor, INTERRUPTED, lostOutcome } from "../../executors/port.ts";
import { attemptLogPath } from "../../queries/log-path.ts";
import {
  claimCallbacks,
  type ClaimedCallback,
  completeCallback,
  failCallback,
  giveUpLostCallbacks,
  nextCallbackAt,
} from "../../store/callbacks.ts";
import { loadDagVersions } from "../../store/dag-versions.ts";
import { attemptIds } from "../attempt-id.ts";
import type { BundleFolder } from "../bundle-folder.ts";
import { withPatience } from "../../database/patience.ts";
import type { DagVersions } from "../scheduler/dag-versions.ts";
import type { HeldAttempt } from "../../actions/attempts/answer-attempt.ts";
import type { OnProblem, Service } from "../service.ts";
import { Signal } from "../signal.ts";
import { Woken, type WokenRound } from "../woken.ts";

/** What callbacks are run with. Times without another unit are seconds. */
export interface CallbackServiceOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly bootId: string;
  readonly executor: Executor;
  readonly bundles: BundleFolder;
  readonly versions: DagVersions;
  readonly logsFolder: string;
  readonly maxXcomBytes: number;
  /** How XComs are kept besides in the database. */
  readonly xcomKeeping: XcomKeeping | undefined;
  readonly environmentOf: (names: readonly string[]) => Readonly<Record<string, string>>;
  readonly onProblem: OnProblem;
  /** A callback is not called any more. */
  readonly onGivenUp: (fields: Readonly<Record<string, unknown>>) => void;
  /** The most that run at a time here. */
  readonly parallelism: number;
  readonly timeoutSeconds: number;
  /** How often each is called in all. */
  readonly tries: number;
  readonly retryDelaySeconds: number;
  readonly leaseSeconds: number;
  readonly marginSeconds: number;
  readonly everyMs: number;
}

// Before every task that waits for a process: callbacks have slots of their own, and are few.
const PRIORITY = Number.MAX_SAFE_INTEGER;
const LONGEST_DELAY_SECONDS = 3_600;

const LOST: AttemptError = {
  kind: "lost",
  name: "AttemptLost",
  message: "The callback stopped reporting: its process, its machine or the connection to it is gone.",
  stack: null,
};

interface Held extends HeldAttempt {
  readonly callback: ClaimedCallback;
}

/**
 * Runs callbacks as attempts of their own. Its rows were written with the transitions that caused them; it claims those that are due with a lease, and
 * writes what came of each. Whatever is lost in between, a process or this one, is found by the lease and called again: at least once, a bounded number
 * of times, then given up for everybody to see.
 */
export class CallbackService implements Service {
  readonly name = "callbacks";
  /** After every report was written. */
  readonly reported = new Signal<string>();
  readonly #options: CallbackServiceOptions;
  readonly #woken: Woken;
  readonly #held = new Map<string, Held>();
  readonly #preparing = new Map<string, Promise<void>>();
  readonly #writing = new Set<Promise<void>>();
  readonly #newAttemptId: () => string;
  #stopped = false;

  constructor(options: CallbackServiceOptions) {
    this.#options = options;
    this.#newAttemptId = attemptIds(options.clock, options.random);
    this.#woken = new Woken({ ...options, name: this.name, round: () => this.#round() });
  }

  start(): Promise<void> {
    this.#stopped = false;
    return this.#woken.start();
  }

  /** Stops claiming. Call `settle` after the executor has stopped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#woken.stop();
    await this.settle();
  }

  /** Waits until what has been reported is written. */
  async settle(): Promise<void> {
    await Promise.all(this.#preparing.values());
    await Promise.all(this.#writing);
  }

  runOnce(): Promise<void> {
    return this.#woken.runOnce();
  }

  /** Callbacks may have been written. */
  wake(): void {
    this.#woken.wake();
  }

  /** Whose callback an attempt is; undefined where it is none that runs here. */
  held(attemptId: string): HeldAttempt | undefined {
    return this.#held.get(attemptId);
  }

  /** Attempts on their way to the executor: they need their leases, too. */
  preparing(): readonly string[] {
    return [...this.#preparing.keys()];
  }

  /** An attempt that runs here has ended. */
  finished(attemptId: string, outcome: AttemptOutcome): void {
    const held = this.#held.get(attemptId);
    if (!held) return;
    const writing = this.#write(attemptId, held.callback, outcome)
      .catch((error: unknown) => {
        // Its lease brings it back.
        this.#options.onProblem(this.name, error);
      })
      .finally(() => {
        this.#held.delete(attemptId);
        this.#writing.delete(writing);
        this.reported.emit(held.callback.dedupeKey);
        this.wake();
      });
    this.#writing.add(writing);
  }

  /** An attempt that had lost its permission has been ended: somebody else has the callback, or it is gone with its run. */
  cancelled(attemptId: string): void {
    this.#held.delete(attemptId);
    this.wake();
  }

  async #round(): Promise<WokenRound> {
    const { database, clock, leaseSeconds, marginSeconds, tries, bootId, parallelism } = this.#options;
    const now = clock.now();
    const lost = await giveUpLostCallbacks(database, { now, marginSeconds, mostDeliveries: tries, error: LOST });
    for (const each of lost) this.#options.onGivenUp({ ...each, error: LOST.message });
    const limit = this.#stopped ? 0 : parallelism - this.#held.size;
    const claimed = await claimCallbacks(database, {
      now,
      limit,
      leaseSeconds,
      marginSeconds,
      mostDeliveries: tries,
      bootId,
      attemptIds: Array.from({ length: Math.max(0, limit) }, this.#newAttemptId),
    });
    for (const each of claimed) this.#take(each);
    // With every place taken the end of one is the next signal.
    const next = claimed.length < limit ? await nextCallbackAt(database) : null;
    return { more: false, next };
  }

  #take(callback: ClaimedCallback): void {
    const { attemptId, dagRunId, run } = callback;
    const { taskId, mapIndex } = instanceOf(callback);
    this.#held.set(attemptId, {
      dagRunId,
      dagId: run.dagId,
      runId: run.runId,
      taskId,
      mapIndex,
      isCallback: true,
      callback,
    });
    const preparing = this.#prepare(callback).catch((error: unknown) => {
      this.#preparing.delete(attemptId);
      const message = error instanceof Error ? error.message : String(error);
      const failed: AttemptError = { kind: "load", name: "DispatchFailed", message, stack: null };
      this.finished(attemptId, { state: "failed", error: failed, mayRetry: true });
    });
    this.#preparing.set(attemptId, preparing);
  }

  async #prepare(callback: ClaimedCallback): Promise<void> {
    const { database, executor, bundles, versions, logsFolder, maxXcomBytes, xcomKeeping, timeoutSeconds } =
      this.#options;
    const { attemptId, dagVersionId, run } = callback;
    const wanted = (): boolean => !this.#stopped && this.#held.has(attemptId);
    const version = await withPatience(async () => {
      await versions.graphs((missing) => loadDagVersions(database, missing), [dagVersionId]);
      const found = versions.get(dagVersionId);
      return found && (await bundles.ensure(database, found.bundleHash)) ? found : undefined;
    }, wanted);
    this.#preparing.delete(attemptId);
    if (!wanted()) {
      // Stopping: it goes back at once. Where it has lost its permission there is nothing to give back.
      this.finished(attemptId, lostOutcome(INTERRUPTED));
      return;
    }
    if (!version) {
      const message = `the bundle of the Dag's version ${String(dagVersionId)} is not stored`;
      const error: AttemptError = { kind: "load", name: "DispatchFailed", message, stack: null };
      this.finished(attemptId, { state: "failed", error, mayRetry: true });
      return;
    }
    const context: AttemptContext = {
      attemptId,
      ...instanceOf(callback),
      run,
      inputs: {},
      bundle: { hash: version.bundleHash, path: bundles.pathOf(version.bundleHash) },
      logPath: attemptLogPath(logsFolder, callback.uuid),
      executionTimeoutSeconds: timeoutSeconds,
      maxXcomBytes,
      ...(xcomKeeping && { xcomKeeping }),
      env: this.#options.environmentOf(version.graph.dag.requires.env),
      callback: {
        subject: callback.subject,
        index: callback.index,
        dedupeKey: callback.dedupeKey,
        delivery: callback.delivery,
      },
    };
    executor.run(context, PRIORITY);
  }

  async #write(attemptId: string, callback: ClaimedCallback, outcome: AttemptOutcome): Promise<void> {
    const { database, clock } = this.#options;
    // Also while stopping: what is not written is called again.
    const patiently = <T>(work: () => Promise<T>): Promise<T> => withPatience(work, () => !this.#stopped);
    if (outcome.state === "success") {
      await patiently(() => completeCallback(database, attemptId, clock.now()));
      return;
    }
    const error = outcome.state === "failed" ? outcome.error : UNEXPECTED;
    // An orderly stop is nobody's fault: it does not count.
    const counts = error.kind !== "cancelled";
    const now = clock.now();
    const isLast = callback.delivery >= this.#options.tries || (outcome.state === "failed" && !outcome.mayRetry);
    const again = counts && isLast ? null : addSeconds(now, counts ? this.#delayOf(callback.delivery) : 0);
    const written = await patiently(() => failCallback(database, attemptId, { now, error, again, counts }));
    if (!written || again !== null) return;
    this.#options.onGivenUp({
      dagId: callback.run.dagId,
      runId: callback.run.runId,
      dedupeKey: callback.dedupeKey,
      deliveries: callback.delivery,
      error: `${error.name}: ${error.message}`,
    });
  }

  #delayOf(delivery: number): number {
    return Math.min(LONGEST_DELAY_SECONDS, this.#options.retryDelaySeconds * 2 ** (delivery - 1));
  }
}

const UNEXPECTED: AttemptError = {
  kind: "error",
  name: "NoTask",
  message: "A callback can neither skip nor wait.",
  stack: null,
};

function instanceOf({
  subject,
}: ClaimedCallback): Pick<AttemptContext, "taskId" | "mapIndex" | "tryNumber" | "maxTries"> {
  if (subject.of !== "task") return { taskId: "", mapIndex: NOT_MAPPED, tryNumber: 0, maxTries: 0 };
  const { taskId, mapIndex, tryNumber, maxTries } = subject;
  return { taskId, mapIndex, tryNumber, maxTries };
}
