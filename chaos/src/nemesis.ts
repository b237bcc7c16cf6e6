import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "@windlass/core/database";
import { clockFaults } from "./faults/clock-faults.ts";
import { connectionFaults } from "./faults/connection-faults.ts";
import { dagFaults } from "./faults/dag-faults.ts";
import { databaseFaults } from "./faults/database-faults.ts";
import { diskFaults } from "./faults/disk-faults.ts";
import type { Fault, Trouble } from "./faults/fault.ts";
import { processFaults } from "./faults/process-faults.ts";
import type { Fleet } from "./fleet.ts";
import type { Seeded } from "./seeded.ts";

// Between two faults. Each makes processes start anew, and a small machine is to do some work besides.
const PAUSE_MS = [1_000, 4_000] as const;

/** Draws faults by its seed, until it is told to end. */
export class Nemesis {
  readonly troubles: Trouble[] = [];
  /** What went wrong with the faults themselves. */
  readonly failures: string[] = [];
  readonly #faults: readonly Fault[];
  readonly #random: Seeded;
  readonly #end = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(fleet: Fleet, database: Database, random: Seeded) {
    this.#random = random;
    this.#faults = [
      ...processFaults(fleet, random),
      ...databaseFaults(fleet, database, random),
      ...connectionFaults(fleet, random),
      ...clockFaults(fleet, random),
      ...diskFaults(fleet, random),
      ...dagFaults(fleet, random, this.#end.signal),
    ];
  }

  /** How often each fault was done. */
  get counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = Object.fromEntries(this.#faults.map(({ kind }) => [kind, 0]));
    for (const { kind } of this.troubles) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }

  start(): void {
    this.#loop = this.#go();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#loop;
  }

  async #go(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await delay(this.#random.between(...PAUSE_MS), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const fault = this.#draw();
      try {
        const done = await fault.run();
        if (done) this.troubles.push({ kind: fault.kind, ...done });
      } catch (error) {
        this.failures.push(`the fault "${fault.kind}" could not be done: ${String(error)}`);
      }
    }
  }

  #draw(): Fault {
    let left = this.#random.next() * this.#faults.reduce((sum, { weight }) => sum + weight, 0);
    for (const fault of this.#faults) {
      left -= fault.weight;
      if (left <= 0) return fault;
    }
    return this.#faults[0] as Fault;
  }
}
