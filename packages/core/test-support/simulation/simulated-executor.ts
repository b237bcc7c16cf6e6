import type { AttemptContext, AttemptOutcome } from "@windlass/contract";
import { type Executor, type ExecutorEvents, INTERRUPTED, lostOutcome } from "../../src/executors/port.ts";
import type { Behaviour } from "./behaviour.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { Surroundings } from "./surroundings.ts";

/** What an executor of a world is given. */
export interface SimulatedExecutorOptions {
  readonly process: SimulatedProcess;
  readonly around: Surroundings;
  readonly parallelism: number;
  readonly behaviour: (attempt: AttemptContext) => Behaviour;
  /** User code begins, and ends. */
  readonly onBegun: (attemptId: string) => void;
  readonly onEnded: (attemptId: string) => void;
}

const GRACE_MS = 300;

/** An executor whose runners are plans: user code goes on while its supervisor is frozen, and dies with it. */
export class SimulatedExecutor implements Executor {
  readonly hostname: string;
  readonly #options: SimulatedExecutorOptions;
  /** Ends of the user code that runs. */
  readonly #running = new Map<string, () => void>();
  /** What has ended and is not told yet still has its place. */
  readonly #held = new Set<string>();
  #events: ExecutorEvents | undefined;
  #isStopping = false;

  constructor(options: SimulatedExecutorOptions) {
    this.#options = options;
    this.hostname = options.process.name;
  }

  async start(events: ExecutorEvents): Promise<void> {
    this.#events = events;
  }

  freeSlots(): number {
    return this.#isStopping ? 0 : Math.max(0, this.#options.parallelism - this.#held.size);
  }

  run(attempt: AttemptContext): void {
    const { attemptId } = attempt;
    const { around, onBegun, behaviour } = this.#options;
    if (this.#isStopping) {
      this.#events?.interrupted(attemptId);
      return;
    }
    this.#held.add(attemptId);
    onBegun(attemptId);
    const { ms, outcome } = behaviour(attempt);
    this.#running.set(
      attemptId,
      around.time.after(ms, () => {
        if (this.#end(attemptId)) this.#tell(attemptId, outcome);
      }),
    );
  }

  cancel(attemptId: string): void {
    if (!this.#held.has(attemptId)) return;
    this.#options.process.deliver(this.#options.around.chance.between(1, GRACE_MS), () => {
      if (!this.#end(attemptId)) return;
      this.#held.delete(attemptId);
      this.#events?.cancelled(attemptId);
    });
  }

  attempts(): readonly string[] {
    return [...this.#held];
  }

  preload(): void {
    // There is nothing to load.
  }

  /** Ends all user code at once. */
  killAll(): void {
    for (const attemptId of [...this.#running.keys()])
      if (this.#end(attemptId)) this.#tell(attemptId, lostOutcome({ ...INTERRUPTED, kind: "lost" }));
  }

  /** The process ended, and with it what it ran. */
  die(): void {
    for (const attemptId of [...this.#running.keys()]) this.#end(attemptId);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const attemptId of [...this.#running.keys()]) {
      if (!this.#end(attemptId)) continue;
      this.#held.delete(attemptId);
      this.#events?.interrupted(attemptId);
    }
  }

  #end(attemptId: string): boolean {
    const cancel = this.#running.get(attemptId);
    if (!cancel) return false;
    cancel();
    this.#running.delete(attemptId);
    this.#options.onEnded(attemptId);
    return true;
  }

  #tell(attemptId: string, outcome: AttemptOutcome): void {
    const { process, around } = this.#options;
    process.deliver(around.chance.mostlyShort(0.1, 20), () => {
      this.#held.delete(attemptId);
      this.#events?.finished(attemptId, outcome);
    });
  }
}
