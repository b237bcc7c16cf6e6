import type { Clock, Instant } from "@windlass/contract";
import { isUnavailable } from "../database/database-error.ts";
import { machineTimers } from "../database/timers.ts";
import { Alarm } from "./scheduler/alarm.ts";
import type { OnProblem, Service } from "./service.ts";
import { Signal } from "./signal.ts";

/** What a round found out. */
export interface WokenRound {
  /** There is more to do at once. */
  readonly more: boolean;
  /** When there will be something to do without any signal; null: not known of. */
  readonly next: Instant | null;
}

/** A duty that is done when somebody says so, when its moment comes, and now and then in case nobody did. */
export interface WokenOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Milliseconds between looks of its own. */
  readonly everyMs: number;
  readonly round: () => Promise<WokenRound>;
  readonly onProblem: OnProblem;
}

/** A service that is nothing but a round, woken by signals, by the clock and by a slow poll. Rounds do not overlap. */
export class Woken implements Service {
  readonly name: string;
  /** After every round, done or failed. */
  readonly rounds = new Signal();
  readonly #options: WokenOptions;
  readonly #alarm: Alarm;
  #poll: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #wanted = false;
  #stopped = true;

  constructor(options: WokenOptions) {
    this.name = options.name;
    this.#options = options;
    this.#alarm = new Alarm(options.clock, machineTimers, () => {
      this.wake();
    });
  }

  async start(): Promise<void> {
    this.#stopped = false;
    clearInterval(this.#poll);
    this.#poll = setInterval(() => {
      this.wake();
    }, this.#options.everyMs);
    this.#poll.unref();
    this.wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#poll);
    this.#alarm.clear();
    await this.#round?.catch(() => undefined);
  }

  /** There may be something to do: a round begins, or follows the one under way. */
  wake(): void {
    if (this.#stopped) return;
    this.#wanted = true;
    if (this.#round) return;
    void this.runOnce().catch((error: unknown) => {
      // Whoever waits for a database that is away says nothing; the poll comes again.
      if (!isUnavailable(error)) this.#options.onProblem(this.name, error);
    });
  }

  runOnce(): Promise<void> {
    this.#round ??= this.#go().finally(() => {
      this.#round = undefined;
      this.rounds.emit();
      if (this.#wanted) this.wake();
    });
    return this.#round;
  }

  async #go(): Promise<void> {
    this.#wanted = false;
    const { more, next } = await this.#options.round();
    if (more) this.#wanted = true;
    if (!this.#stopped) this.#alarm.setFor(next);
  }
}
