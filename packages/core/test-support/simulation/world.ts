import { createHash } from "node:crypto";
import { fromMillis, isTerminalRunState, type SerializedDag, toMillis } from "@windlass/contract";
import type { Fault } from "../history/fault.ts";
import type { Scheduler } from "../../src/services/scheduler/scheduler.ts";
import { Chance } from "./chance.ts";
import { historyFaults } from "./checks/history-checks.ts";
import { Ledger } from "./checks/ledger.ts";
import { RowChecks } from "./checks/row-checks.ts";
import type { Defect } from "./defects.ts";
import { EngineProcess, type EngineSetup } from "./engine-process.ts";
import { People } from "./people.ts";
import { FAR, POOLS, randomDag } from "./random-dag.ts";
import { Server } from "./session.ts";
import type { Surroundings } from "./surroundings.ts";
import { Tables } from "./tables.ts";
import { waitsForPast } from "./waits-for-past.ts";
import { VirtualTime } from "./virtual-time.ts";
import { CALM, drawWeather, type Weather } from "./weather.ts";
import { WorkerProcess } from "./worker-process.ts";

/** What a world came to. */
export interface WorldResult {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** The same for the same history. */
  readonly hash: string;
  /** What happened, one line each. */
  readonly log: readonly string[];
  readonly tables: Tables;
  readonly counts: Readonly<Record<"commits" | "runs" | "begun" | "happened" | "troubles", number>>;
}

export interface WorldOptions {
  readonly defects?: Iterable<Defect>;
}

const EPOCH_MS = Date.parse("2026-03-01T00:00:00Z");
const DAY_MS = 86_400_000;
const LEASE_SECONDS = 6;
/** Longest that the end of a world may take, while nothing goes wrong any more. */
const PATIENCE_MS = 240_000;
// Beyond that nobody waits for a moment: the world sleeps until then.
const SLEEP_FROM_MS = 60_000;
const MOST_FAULTS = 10;

/** Lives through the world of a seed: some schedulers, workers and people, Dags and troubles, all drawn by chance; then calm, until everything is over. */
export async function liveThrough(seed: number, options: WorldOptions = {}): Promise<WorldResult> {
  return new World(seed, options).live();
}

class World {
  readonly #seed: number;
  readonly #chance: Chance;
  readonly #time = new VirtualTime();
  readonly #around: Surroundings;
  readonly #tables: Tables;
  readonly #server: Server;
  readonly #checks: RowChecks;
  readonly #ledger: Ledger;
  readonly #people: People;
  readonly #faults: Fault[] = [];
  readonly #log: string[] = [];
  readonly #hash = createHash("sha256");
  /** Places of engines with what runs there, if anything does. */
  readonly #engines = new Map<string, EngineProcess | undefined>();
  readonly #workers = new Map<string, WorkerProcess | undefined>();
  readonly #lastBoots = new Map<string, string>();
  readonly #boots = new Map<string, EngineProcess>();
  readonly #setup: EngineSetup;
  #commits = 0;
  #troubles = 0;
  #isCalm = false;

  constructor(seed: number, { defects = [] }: WorldOptions) {
    this.#seed = seed;
    const chance = new Chance(seed);
    this.#chance = chance;
    const time = this.#time;
    this.#around = { time, chance, epochMs: EPOCH_MS, weather: drawWeather(chance), databaseDownUntil: 0 };
    this.#tables = new Tables({ now: () => EPOCH_MS + time.now, uuid: () => chance.uuid() });
    for (const pool of POOLS) this.#tables.pools.set(pool.name, pool);
    this.#server = new Server(this.#tables, defects);
    this.#server.after = (ms, work) => time.after(ms, work);
    this.#server.onCommit = (by) => {
      this.#afterCommit(by);
    };
    this.#ledger = new Ledger(this.#tables, () => time.now);
    this.#checks = new RowChecks(this.#tables, LEASE_SECONDS, (attemptId) => this.#ledger.isRunning(attemptId));
    this.#people = new People(this.#around, this.#server, (signal) => {
      this.#tell(signal);
    });
    this.#setup = {
      parallelism: chance.pick([1, 3, 8]),
      pollMs: chance.pick([800, 2_000, 5_000]),
      leaseSeconds: LEASE_SECONDS,
      marginSeconds: 2,
      queuedSeconds: 5,
      restartingSeconds: 9,
      rescueMs: chance.pick([900, 2_500]),
      localQueues: chance.pick([["default"], ["*"], ["default", FAR]]),
      runsPerRound: chance.pick([1, 256, 256]),
    };
    for (let at = 1; at <= chance.between(1, 3); at += 1) this.#engines.set(`engine${String(at)}`, undefined);
    for (let at = 1; at <= chance.between(1, 2); at += 1) this.#workers.set(`worker${String(at)}`, undefined);
  }

  async live(): Promise<WorldResult> {
    const chance = this.#chance;
    for (let at = 1; at <= chance.between(1, 3); at += 1) {
      const start = fromMillis(EPOCH_MS);
      this.#tables.storeDag(randomDag(chance, `d${String(at)}`, start), start);
    }
    for (const name of this.#engines.keys()) this.#startEngine(name);
    for (const name of this.#workers.keys()) this.#startWorker(name);
    for (const dagId of this.#tables.dags.keys())
      for (let at = chance.between(0, 2); at >= 0; at -= 1)
        this.#time.after(chance.between(1, 4_000), () => void this.#people.trigger(dagId).catch(() => undefined));
    this.#planTroubles(this.#around.weather);
    await this.#time.runUntil(chance.between(6_000, 20_000));
    await this.#comeToAnEnd();
    return {
      seed: this.#seed,
      faults: this.#faults,
      hash: this.#hash.digest("hex"),
      log: this.#log,
      tables: this.#tables,
      counts: {
        commits: this.#commits,
        runs: this.#tables.runs.size + this.#people.deleted.size,
        begun: this.#ledger.size,
        happened: this.#time.happened,
        troubles: this.#troubles,
      },
    };
  }

  #note(line: string): void {
    const text = `${this.#time.now.toFixed(3)} ${line}`;
    this.#log.push(text);
    this.#hash.update(`${text}\n`);
  }

  #afterCommit(by: string): void {
    const { touched, runs, instances } = this.#tables;
    if (touched.runs.size + touched.instances.size + touched.attempts.size === 0) return;
    this.#commits += 1;
    const written = [
      ...[...touched.runs].map((id) => `r${String(id)}=${runs.get(id)?.state ?? "gone"}`),
      ...[...touched.instances].map((id) => {
        const row = instances.get(id);
        return `t${String(id)}=${row ? `${row.state ?? "none"}#${String(row.tryNumber)} ${row.attemptId.slice(-6)}` : "gone"}`;
      }),
    ];
    this.#note(`${by}: ${written.join(" ")}`);
    this.#ledger.afterCommit();
    this.#add(this.#checks.afterCommit());
  }

  #add(faults: readonly Fault[]): void {
    for (const fault of faults) {
      if (this.#faults.length >= MOST_FAULTS) return;
      this.#note(`FAULT ${fault.invariant} ${JSON.stringify(fault.row)}`);
      this.#faults.push(fault);
    }
  }

  #dagOf = (dagId: string): SerializedDag =>
    this.#tables.version(this.#tables.dags.get(dagId)?.currentVersionId ?? 0).dag;

  /** Tells all engines of something, as far as it reaches them. */
  #tell(signal: (scheduler: Scheduler) => void): void {
    const { weather, chance } = this.#around;
    for (const engine of this.#engines.values()) {
      if (!engine || chance.happens(weather.lossOfSignals)) continue;
      const times = chance.happens(weather.doubleSignals) ? 2 : 1;
      for (let at = 0; at < times; at += 1)
        engine.process.deliver(chance.mostlyShort(1, 900), () => {
          signal(engine.scheduler);
        });
    }
  }

  #startEngine(name: string): void {
    const engine = new EngineProcess(name, this.#around, this.#server, this.#setup, {
      dagOf: this.#dagOf,
      onBegun: (attemptId, by) => {
        this.#note(`${by.process.name} runs ${attemptId.slice(-6)}`);
        this.#ledger.begun(attemptId, by.process.name);
        this.#add(this.#ledger.faults());
      },
      onEnded: (attemptId) => {
        this.#ledger.ended(attemptId);
      },
      onProblem: (what) => {
        this.#add([{ invariant: "problem", row: what }]);
      },
    });
    this.#engines.set(name, engine);
    const deadBoot = this.#lastBoots.get(name);
    this.#lastBoots.set(name, engine.bootId);
    this.#boots.set(engine.bootId, engine);
    void engine.start(deadBoot);
  }

  #startWorker(name: string): void {
    const worker = new WorkerProcess(name, this.#around, this.#server, LEASE_SECONDS, {
      dagOf: this.#dagOf,
      onBegun: (attemptId) => {
        this.#note(`${name} runs ${attemptId.slice(-6)}`);
        this.#ledger.begun(attemptId, name);
        this.#add(this.#ledger.faults());
      },
      onEnded: (attemptId) => {
        this.#ledger.ended(attemptId);
      },
      onChanged: (dagRunId) => {
        this.#tell((scheduler) => {
          scheduler.runChanged(dagRunId);
        });
      },
    });
    this.#workers.set(name, worker);
    worker.start();
  }

  #planTroubles(weather: Weather): void {
    const { people } = weather;
    this.#again(people, () => void this.#people.act());
    this.#again(weather.crashes, () => {
      this.#crashSomething();
    });
    this.#again(weather.freezes, () => {
      const ms = this.#chance.happens(0.1) ? 90_000 : this.#chance.mostlyShort(50, 3 * LEASE_SECONDS * 1_000);
      this.#trouble("freeze", (process) => {
        process.freeze(ms);
      });
    });
    this.#again(weather.partitions, () => {
      this.#trouble("cut off", (process) => {
        process.cutOff(this.#chance.mostlyShort(50, 2 * LEASE_SECONDS * 1_000));
      });
    });
    this.#again(weather.clockJumps, () => {
      this.#trouble("clock jump", (process) => {
        process.skewMs = this.#chance.pick([0, weather.clockJumpMs, -weather.clockJumpMs, 900, -900]);
      });
    });
    this.#again(weather.restartsOfDatabase, () => {
      this.#troubles += 1;
      this.#note("database restarts");
      this.#server.restart();
      for (const engine of this.#boots.values()) engine.process.wasTroubled = true;
      this.#around.databaseDownUntil = this.#time.now + this.#chance.mostlyShort(10, 5_000);
    });
  }

  /** Something that comes back, now and then, until the world is calm. */
  #again(mean: number, work: () => void): void {
    if (mean === 0) return;
    this.#time.after(-Math.log(1 - this.#chance.fraction()) * mean, () => {
      if (this.#isCalm) return;
      work();
      this.#again(mean, work);
    });
  }

  #trouble(what: string, work: (process: EngineProcess["process"]) => void): void {
    const processes = [...this.#engines.values(), ...this.#workers.values(), this.#people].flatMap((each) =>
      each?.process.isAlive === true ? each.process : [],
    );
    const process = this.#chance.pick(processes);
    if (!process) return;
    this.#troubles += 1;
    this.#note(`${what}: ${process.name}`);
    work(process);
  }

  #crashSomething(): void {
    this.#troubles += 1;
    const name = this.#chance.pick([...this.#engines.keys(), ...this.#engines.keys(), ...this.#workers.keys()]);
    if (name === undefined) return;
    const engine = this.#engines.get(name);
    const worker = this.#workers.get(name);
    if (!engine && !worker) return;
    const isOrderly = engine !== undefined && this.#chance.happens(0.25);
    this.#note(`${isOrderly ? "stop" : "crash"}: ${name}`);
    if (isOrderly) void engine.stop();
    else (engine ?? worker)?.crash();
    const inPlace: Map<string, unknown> = engine ? this.#engines : this.#workers;
    inPlace.set(name, undefined);
    this.#time.after(this.#chance.mostlyShort(100, 9_000), () => {
      this.#revive(name);
    });
  }

  #revive(name: string): void {
    if (this.#engines.has(name) && !this.#engines.get(name)) {
      this.#note(`start: ${name}`);
      this.#startEngine(name);
    } else if (this.#workers.has(name) && !this.#workers.get(name)) {
      this.#note(`start: ${name}`);
      this.#startWorker(name);
    }
  }

  async #comeToAnEnd(): Promise<void> {
    this.#note("calm");
    this.#isCalm = true;
    this.#around.weather = CALM;
    this.#people.process.skewMs = 0;
    for (const each of [...this.#engines.values(), ...this.#workers.values()]) if (each) each.process.skewMs = 0;
    for (const name of [...this.#engines.keys(), ...this.#workers.keys()]) this.#revive(name);
    await this.#time.runUntil(this.#time.now + 500);
    for (const dagId of this.#tables.dags.keys()) await this.#unpause(dagId);
    const until = this.#time.now + PATIENCE_MS;
    let slept = 0;
    while (this.#time.now < until + slept) {
      await this.#time.runUntil(this.#time.now + 2_000);
      if (this.#isOver()) {
        // What was late may still come.
        await this.#time.runUntil(this.#time.now + 1.5 * LEASE_SECONDS * 1_000);
        if (this.#isOver()) break;
      }
      this.#repair();
      const ms = this.#waitsOnlyFor();
      if (ms === undefined) continue;
      this.#note(`sleeps for ${ms.toFixed(0)} ms`);
      this.#time.sleepThrough(ms);
      slept += ms;
    }
    this.#checkTheEnd();
  }

  /** What waits for a past run that went wrong waits for people. */
  #repair(): void {
    const { runs, dags } = this.#tables;
    // A pause may have come late.
    for (const { dagId, isPaused } of dags.values())
      if (isPaused) void this.#people.pause(dagId, false).catch(() => undefined);
    for (const run of runs.values()) {
      if (run.state !== "running" || !waitsForPast(this.#tables, run)) continue;
      this.#note(`repair: r${String(run.id)}`);
      void this.#people.giveUp(run.id).catch(() => undefined);
    }
  }

  async #unpause(dagId: string): Promise<void> {
    for (let tried = 0; this.#tables.dags.get(dagId)?.isPaused === true && tried < 50; tried += 1) {
      void this.#people.pause(dagId, false).catch(() => undefined);
      await this.#time.runUntil(this.#time.now + 1_000);
    }
  }

  #isOver(): boolean {
    const { runs, dags } = this.#tables;
    const soon = fromMillis(EPOCH_MS + this.#time.now + SLEEP_FROM_MS);
    const more = [...dags.values()].some(({ nextRunAfter }) => nextRunAfter !== null && nextRunAfter <= soon);
    return !more && [...runs.values()].every((run) => isTerminalRunState(run.state));
  }

  /** How long nothing can happen but that a moment comes which a clock that was ahead has written; undefined: something else may. */
  #waitsOnlyFor(): number | undefined {
    const { runs, instances } = this.#tables;
    const now = EPOCH_MS + this.#time.now;
    let next = Infinity;
    for (const { state, notBefore } of instances.values()) {
      if (state === "queued" || state === "running" || state === "scheduled" || state === "restarting")
        return undefined;
      if (notBefore !== null && toMillis(notBefore) > now) next = Math.min(next, toMillis(notBefore) - now);
    }
    for (const { state, runAfter } of runs.values())
      if (state === "queued" && toMillis(runAfter) > now) next = Math.min(next, toMillis(runAfter) - now);
    return next > SLEEP_FROM_MS && next < 30 * DAY_MS ? next : undefined;
  }

  /** What an engine without any trouble has started, it has run: no try is lost there. */
  #startedAndForgotten(): readonly Fault[] {
    const lost = new Set(
      this.#tables.events.flatMap(({ reason, attemptId }) => (reason === "lease_expired" ? (attemptId ?? []) : [])),
    );
    return [...this.#tables.attempts.values()].flatMap((attempt): readonly Fault[] => {
      const engine = this.#boots.get(attempt.bootId ?? "");
      const isSound = !engine || engine.process.wasTroubled || this.#ledger.wasBegun(attempt.attemptId);
      return isSound || !lost.has(attempt.attemptId) ? [] : [{ invariant: "h13_started_and_forgotten", row: attempt }];
    });
  }

  #checkTheEnd(): void {
    const { runs, instances } = this.#tables;
    for (const run of runs.values())
      if (!isTerminalRunState(run.state))
        this.#add([
          {
            invariant: "i06_not_over",
            row: { run, instances: [...instances.values()].filter((each) => each.dagRunId === run.id) },
          },
        ]);
    for (const id of this.#people.acknowledged)
      if (!runs.has(id) && !this.#people.deleted.has(id))
        this.#add([{ invariant: "h16_lost_acknowledged", row: { id } }]);
    this.#add(this.#ledger.stillRunning());
    this.#add(this.#startedAndForgotten());
    this.#add(historyFaults(this.#tables));
  }
}
