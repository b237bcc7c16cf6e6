import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "@windlass/core/database";
import { type Fleet, LEASE } from "./fleet.ts";
import type { KeptProcess } from "./kept-process.ts";
import { runnersOf } from "./processes.ts";
import type { Seeded } from "./seeded.ts";
import type { TcpProxy } from "./tcp-proxy.ts";

/** A time, by the wall clock in milliseconds, in which something was the matter. */
export interface Trouble {
  readonly kind: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Of a supervisor that was frozen. */
  readonly pid?: number;
}

/** What a fault did; undefined: there was nobody to do it to. */
type Done = Omit<Trouble, "kind"> | undefined;

interface Fault {
  readonly kind: string;
  readonly weight: number;
  readonly run: () => Promise<Done> | Done;
}

const STALL_MS = 10_000;
const LONGEST_FREEZE_MS = 24_000;

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
    this.#faults = faultsOf(fleet, database, random);
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
      await delay(this.#random.between(800, 3_000), undefined, { signal }).catch(() => undefined);
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

function moment(lastsMs = 0): { readonly fromMs: number; readonly toMs: number } {
  const fromMs = Date.now();
  return { fromMs, toMs: fromMs + lastsMs };
}

function faultsOf(fleet: Fleet, database: Database, random: Seeded): readonly Fault[] {
  const { postgres, proxies } = fleet;
  const killed = (from: readonly KeptProcess[]) => (): Done =>
    random.pick(from)?.kill() === true ? moment() : undefined;
  const frozen = (from: readonly KeptProcess[]) => (): Done => {
    const victim = random.pick(from);
    // Sometimes within what the lease allows, mostly beyond.
    const ms = random.between(LEASE * 1_000, LONGEST_FREEZE_MS);
    const pid = victim?.pid;
    return pid !== undefined && victim?.freeze(ms) === true ? { ...moment(ms), pid } : undefined;
  };
  const onWay = (from: readonly TcpProxy[], lastsMs: number, act: (proxy: TcpProxy) => void) => (): Done => {
    const proxy = random.pick(from);
    if (!proxy) return undefined;
    act(proxy);
    return moment(lastsMs);
  };
  const ways = (kind: string, from: readonly TcpProxy[]): readonly Fault[] => [
    {
      kind: `cut ${kind}`,
      weight: 2,
      run: onWay(from, 0, (proxy) => {
        proxy.cut();
      }),
    },
    {
      kind: `stall ${kind}`,
      weight: 1,
      run: onWay(from, STALL_MS, (proxy) => {
        proxy.stall(STALL_MS);
      }),
    },
    {
      kind: `half-open ${kind}`,
      weight: 1,
      run: onWay(from, STALL_MS, (proxy) => {
        proxy.halfOpen(STALL_MS);
      }),
    },
  ];
  return [
    { kind: "kill api-server", weight: 2, run: killed(fleet.of("api-server")) },
    { kind: "kill scheduler", weight: 3, run: killed(fleet.of("scheduler")) },
    { kind: "kill worker", weight: 3, run: killed(fleet.of("worker")) },
    { kind: "kill dag-processor", weight: 0.5, run: killed(fleet.of("dag-processor")) },
    {
      kind: "kill runner",
      weight: 3,
      run: () => {
        const supervisor = random.pick([...fleet.of("scheduler"), ...fleet.of("worker")])?.pid;
        const runner = supervisor === undefined ? undefined : random.pick(runnersOf(supervisor));
        if (runner === undefined) return undefined;
        process.kill(runner, "SIGKILL");
        return moment();
      },
    },
    {
      kind: "kill postgres",
      weight: 1.5,
      run: () => {
        postgres.kill();
        return moment(3_000);
      },
    },
    {
      kind: "terminate backends",
      weight: 3,
      run: async () => {
        const share = random.next();
        const ended = await database
          .query<{ done: boolean }>(
            `select pg_terminate_backend(pid) as done from pg_stat_activity
             where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> 'chaos' and random() < $1`,
            [share],
          )
          .catch(() => []);
        return ended.length > 0 ? moment() : undefined;
      },
    },
    { kind: "freeze worker", weight: 1.5, run: frozen(fleet.of("worker")) },
    { kind: "freeze scheduler", weight: 1, run: frozen(fleet.of("scheduler")) },
    ...ways("worker-api", proxies.workers),
    ...ways("database", proxies.databases),
  ];
}
