import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Database, openDatabase, removeDataFolder } from "@windlass/core/database";
import { type Fleet, LEASE, LEASE_MARGIN, startFleet } from "./fleet.ts";
import { readLedger } from "./ledger.ts";
import { Load } from "./load.ts";
import { Nemesis } from "./nemesis.ts";
import { examine } from "./oracle.ts";
import { isRunner } from "./processes.ts";
import { seeded } from "./seeded.ts";
import { countOpen, readStored } from "./stored.ts";

/** How long and how hard. */
export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Runs triggered a second. @defaultValue 3 */
  readonly rate?: number;
  /** Fewest runs that must end well in a minute, on average. @defaultValue 15 */
  readonly leastRunsAMinute?: number;
  /** The path of libfaketime.so.1; without it, or empty: no clock is set. */
  readonly faketime?: string | undefined;
  /** Hears one line a step. */
  readonly log: (line: string) => void;
}

/** What one run of chaos came to. */
export interface ChaosReport {
  readonly seed: number;
  readonly minutes: number;
  /** Seconds until everything was over after the last fault. */
  readonly quietAfterSeconds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly hands: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  /** What could not be done here for want of a part of the machine. */
  readonly lacks: readonly string[];
  /** What is left of a run with violations: ledger, database, logs of the processes. */
  readonly folder: string | null;
}

// All schedulers may be away at once, their Dag paused for a while, the database gone.
const LONGEST_WAIT_SECONDS = 120;
const LEAST_QUIET_MS = 180_000;
const READING_MS = 600_000;
// Grace of a runner, and what a busy machine takes for it.
const GRACE_MS = 15_000;

/** Runs an installation of several processes under load while faults are injected, then compares everything. All that it starts it ends. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, minutes, log } = options;
  const folder = mkdtempSync(join(tmpdir(), "windlass-chaos-"));
  // The database server runs under another account where this one is root.
  chmodSync(folder, 0o711);
  log(`seed ${String(seed)}, ${String(minutes)} minutes, in ${folder}`);
  const random = seeded(seed);
  const fleet = await startFleet(folder, options.faketime ?? "");
  // What reads the rows of an hour may take its time.
  const database = openDatabase({
    url: fleet.postgres.url,
    poolSize: 2,
    applicationName: "chaos",
    statementTimeoutMs: READING_MS,
  });
  const load = new Load(fleet.api, random.fork(), options.rate ?? 3);
  const nemesis = new Nemesis(fleet, database, random.fork());
  const violations: string[] = [];
  let quietAfterSeconds: number;
  let isCompared = false;
  try {
    log("everything runs; faults begin");
    load.start();
    nemesis.start();
    await lasting(minutes * 60_000, () => {
      log(`${String(load.acknowledged.length)} runs acknowledged, ${String(nemesis.troubles.length)} faults`);
    });
    await nemesis.stop();
    fleet.heal();
    await load.stop();
    log("no more faults; waiting until everything is over");
    const since = performance.now();
    const left = await quiet(database, fleet, load, Math.max(LEAST_QUIET_MS, minutes * 30_000));
    quietAfterSeconds = Math.round((performance.now() - since) / 1_000);
    if (left !== 0)
      violations.push(
        `${String(left)} runs, callbacks and asset events were not over after ${String(quietAfterSeconds)} s`,
      );
    await database.execute("analyze");
    const stored = await readStored(database, fleet.logsFolder);
    const ledger = readLedger(fleet.ledgerFile);
    const findings = examine({
      ...{ ledger, stored },
      acknowledged: load.acknowledged,
      hands: load.acknowledgedHands,
      repeated: load.repeated,
      raced: load.raced,
      deleted: load.deleted,
      paused: load.paused,
      troubles: nemesis.troubles,
      longestWaitSeconds: LONGEST_WAIT_SECONDS,
      lingerMs: (LEASE + LEASE_MARGIN) * 1_000 + GRACE_MS,
      leastRuns: Math.floor(minutes * (options.leastRunsAMinute ?? 15)),
    });
    violations.push(...findings.violations, ...oddEnds(fleet), ...load.refused, ...nemesis.failures);
    await database.close();
    violations.push(...(await fleet.stop()));
    for (const pid of new Set(ledger.entries.map((each) => each.pid)))
      if (pid !== undefined && isRunner(pid)) violations.push(`the runner ${String(pid)} outlived its supervisor`);
    fleet.unmount(violations.length > 0);
    isCompared = true;
    if (violations.length === 0) {
      await removeDataFolder(join(folder, "data", "postgres"));
      await removeDataFolder(folder);
    }
    return {
      ...{ seed, minutes, quietAfterSeconds, violations, hands: load.hands, lacks: fleet.lacks },
      counts: findings.counts,
      faults: nemesis.counts,
      folder: violations.length === 0 ? null : folder,
    };
  } finally {
    // Both are safe twice; after a failure they end what is left.
    await nemesis.stop();
    await load.end();
    await database.close().catch(() => undefined);
    await fleet.stop();
    // Whatever stopped the comparison, what there is to compare stays.
    if (!isCompared) fleet.unmount(true);
  }
}

async function lasting(ms: number, tell: () => void): Promise<void> {
  const end = performance.now() + ms;
  for (;;) {
    const left = end - performance.now();
    if (left <= 0) return;
    await delay(Math.min(left, 30_000));
    tell();
  }
}

/**
 * Waits until nothing is open, and no schedule makes more: what is compared must stand still.
 * @returns how much is open when the patience is over
 */
async function quiet(database: Database, fleet: Fleet, load: Load, patienceMs: number): Promise<number> {
  const end = performance.now() + patienceMs;
  let calm = 0;
  for (;;) {
    const open = await countOpen(database).catch(() => -1);
    calm = open === 0 && fleet.processes.every((each) => each.isReady) ? calm + 1 : 0;
    if (calm >= 3 && (await load.holdSchedules(true))) {
      if ((await countOpen(database).catch(() => -1)) === 0) return 0;
      // One was made in between, and nothing goes on with it while its Dag is paused.
      await load.holdSchedules(false);
      calm = 0;
    }
    if (performance.now() > end) return open;
    await delay(1_000);
  }
}

/** A process that serves never ends by itself, whatever happens around it. One that cannot start may. */
function oddEnds({ oddEnds: all }: Fleet): readonly string[] {
  return all
    .filter(({ atStart, code }) => !atStart || code !== CANNOT_START)
    .map(
      ({ name, code, signal, atStart }) =>
        `${name} ended by itself with ${String(code ?? signal)}${atStart ? " at its start" : ""}`,
    );
}

const CANNOT_START = 6;
