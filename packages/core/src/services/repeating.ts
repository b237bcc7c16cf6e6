import { machineTimers, type Timers } from "../database/timers.ts";
import type { OnProblem, Service } from "./service.ts";
import { Signal } from "./signal.ts";

/** A duty that is done again and again at a fixed pace. */
export interface RepeatingOptions {
  readonly name: string;
  /** Milliseconds between the end of a round and the next. */
  readonly everyMs: number;
  readonly round: () => Promise<void>;
  readonly onProblem: OnProblem;
  /** @defaultValue the machine's */
  readonly timers?: Timers;
}

/** A service that is nothing but a round, repeated. A round that fails is reported and the next one comes all the same. */
export class Repeating implements Service {
  readonly name: string;
  /** After every round, done or failed. */
  readonly rounds = new Signal();
  readonly #options: RepeatingOptions;
  readonly #timers: Timers;
  #cancel: (() => void) | undefined;
  #round: Promise<void> | undefined;
  #stopped = true;

  constructor(options: RepeatingOptions) {
    this.name = options.name;
    this.#options = options;
    this.#timers = options.timers ?? machineTimers;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    this.#plan(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#round?.catch(() => undefined);
  }

  runOnce(): Promise<void> {
    this.#round ??= this.#options.round().finally(() => {
      this.#round = undefined;
      this.rounds.emit();
    });
    return this.#round;
  }

  #plan(afterMs: number): void {
    if (this.#stopped) return;
    this.#cancel?.();
    this.#cancel = this.#timers.after(afterMs, () => {
      void this.runOnce()
        .catch((error: unknown) => {
          this.#options.onProblem(this.name, error);
        })
        .finally(() => {
          this.#plan(this.#options.everyMs);
        });
    });
  }
}
