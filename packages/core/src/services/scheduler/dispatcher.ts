import type { AttemptContext, AttemptOutcome, XcomKeeping } from "@windlass/contract";
import type { TaskInstanceSnapshot } from "../../domain/snapshot.ts";
import type { Executor } from "../../executors/port.ts";
import { attemptLogPath } from "../../queries/log-path.ts";
import type { StoredXcom, XcomAddress } from "../../store/xcom.ts";
import { type OpenedInputs, openInputs } from "../../store/xcom-objects/open-inputs.ts";
import type { XcomObjects } from "../../store/xcom-objects/xcom-objects.ts";
import { withPatience } from "../../database/patience.ts";
import type { Timers } from "../../database/timers.ts";
import type { HeldAttempt } from "../../actions/attempts/answer-attempt.ts";
import { attemptFacts, inputsOf } from "../../domain/attempt-facts.ts";
import type { XcomReference } from "../../domain/mapping/resolve-inputs.ts";
import { xcomKey, type ActiveRun } from "./active-run.ts";

/** The bundles that attempts run, as files. */
export interface AttemptBundles {
  /** Whether the file is known to be there. */
  has(hash: string): boolean;
  pathOf(hash: string): string;
  /** Makes sure that it is there. @returns false where it is stored nowhere @throws DatabaseError */
  ensure(hash: string): Promise<boolean>;
}

/** What a dispatcher works with. */
export interface DispatcherOptions {
  readonly executor: Executor;
  readonly bundles: AttemptBundles;
  /** The XComs that exist among those asked for. @throws DatabaseError */
  readonly loadXcoms: (addresses: readonly XcomAddress[]) => Promise<readonly StoredXcom[]>;
  /** @defaultValue the machine's */
  readonly timers?: Timers;
  readonly logsFolder: string;
  readonly maxXcomBytes: number;
  readonly maxMapLength: number;
  readonly xcomKeeping?: XcomKeeping | undefined;
  /** Where XComs lie that are not in the database. */
  readonly xcomObjects?: XcomObjects | undefined;
  /** Values of the environment variables that a Dag declares; names without one are left out. */
  readonly environmentOf: (names: readonly string[]) => Readonly<Record<string, string>>;
  /** The attempt cannot be run here at all. */
  readonly onFailed: (attemptId: string, outcome: AttemptOutcome) => void;
  /** It came while this process stops. */
  readonly onInterrupted: (attemptId: string) => void;
}

/** An attempt whose start is committed. */
export interface StartedAttempt {
  readonly active: ActiveRun;
  readonly instance: TaskInstanceSnapshot;
  readonly bundleHash: string;
}

/** Hands started attempts to the executor with everything their runner needs; at once where nothing must be fetched. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #held = new Map<string, HeldAttempt>();
  readonly #preparing = new Set<string>();
  #stopped = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Whose attempt it is; undefined where it was not started here or is over. */
  held(attemptId: string): HeldAttempt | undefined {
    return this.#held.get(attemptId);
  }

  /** Attempts started here for a run and not reported on. */
  heldOf(dagRunId: number): readonly string[] {
    return [...this.#held].filter(([, held]) => held.dagRunId === dagRunId).map(([attemptId]) => attemptId);
  }

  /** Attempts on their way to the executor: they need their leases, too. */
  preparing(): readonly string[] {
    return [...this.#preparing];
  }

  /** The attempt is over or has no permission any more. */
  release(attemptId: string): void {
    this.#held.delete(attemptId);
    this.#preparing.delete(attemptId);
  }

  /** Takes an attempt back that has not reached the executor yet. @returns whether it had not */
  withdraw(attemptId: string): boolean {
    return this.#preparing.delete(attemptId);
  }

  /** Takes no more attempts. @returns those that have not reached the executor and will not */
  stop(): readonly string[] {
    this.#stopped = true;
    const left = [...this.#preparing];
    this.#preparing.clear();
    return left;
  }

  dispatch(started: StartedAttempt): void {
    const { active, instance, bundleHash } = started;
    const { id, dagId, runId } = active.snapshot;
    this.#held.set(instance.attemptId, {
      dagRunId: id,
      dagId,
      runId,
      taskId: instance.taskId,
      mapIndex: instance.mapIndex,
    });
    if (this.#stopped) {
      this.#options.onInterrupted(instance.attemptId);
      return;
    }
    const missing = inputsOf(active.snapshot, instance).filter(
      (each) => !active.xcoms.has(xcomKey(each.taskId, each.mapIndex, each.key)),
    );
    if (missing.length === 0 && this.#options.bundles.has(bundleHash)) {
      this.#run(started, { value: (each) => active.xcoms.get(xcomKey(each.taskId, each.mapIndex, each.key)) });
      return;
    }
    this.#preparing.add(instance.attemptId);
    void this.#prepare(started, missing);
  }

  async #prepare(started: StartedAttempt, missing: readonly XcomReference[]): Promise<void> {
    const { bundles, loadXcoms, onFailed, timers } = this.#options;
    const { active, instance, bundleHash } = started;
    const { attemptId } = instance;
    const wanted = (): boolean => !this.#stopped && this.#preparing.has(attemptId);
    try {
      const values = await withPatience(
        async () => {
          const [there, found] = await Promise.all([
            bundles.ensure(bundleHash),
            loadXcoms(
              missing
                .filter((each) => !active.elsewhere.has(xcomKey(each.taskId, each.mapIndex, each.key)))
                .map((each) => ({ dagRunId: active.id, ...each })),
            ),
          ]);
          return there ? this.#gather(active, missing, found) : null;
        },
        wanted,
        timers,
      );
      if (!wanted()) return;
      this.#preparing.delete(attemptId);
      if (values) this.#run(started, values);
      else onFailed(attemptId, failure(`the bundle ${bundleHash} of the Dag's version is not stored`));
    } catch (error) {
      if (wanted()) onFailed(attemptId, failure(error instanceof Error ? error.message : String(error)));
    }
  }

  /** The values at hand, and the others opened to the attempt. */
  async #gather(
    { xcoms, elsewhere }: ActiveRun,
    missing: readonly XcomReference[],
    found: readonly StoredXcom[],
  ): Promise<OpenedInputs> {
    const known = missing.flatMap((reference) => {
      const content = elsewhere.get(xcomKey(reference.taskId, reference.mapIndex, reference.key));
      return content === undefined ? [] : [{ ...reference, content }];
    });
    const { value, ...rest } = await openInputs(this.#options.xcomObjects, [...known, ...found]);
    return {
      ...rest,
      value: (reference) => xcoms.get(xcomKey(reference.taskId, reference.mapIndex, reference.key)) ?? value(reference),
    };
  }

  #run({ active, instance, bundleHash }: StartedAttempt, { value, kept }: OpenedInputs): void {
    const { executor, bundles, logsFolder, environmentOf } = this.#options;
    const { snapshot, details } = active;
    const context: AttemptContext = {
      ...attemptFacts(snapshot, details, instance, this.#options, value, kept),
      bundle: { hash: bundleHash, path: bundles.pathOf(bundleHash) },
      logPath: attemptLogPath(logsFolder, instance.attemptId),
      env: environmentOf(snapshot.graph.dag.requires.env),
    };
    executor.run(context, snapshot.graph.effectiveWeight.get(instance.taskId) ?? 1);
  }
}

function failure(message: string): AttemptOutcome {
  return { state: "failed", error: { kind: "load", name: "DispatchFailed", message, stack: null }, mayRetry: true };
}
