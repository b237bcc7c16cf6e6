import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { percentile } from "../figures.ts";
import { installationDatabase } from "../installation-database.ts";
import { Load, type LoadCounts } from "./load.ts";
import { openRuns, type Sample, sampleDatabase, sampleHeap, sampleRoles } from "./sample.ts";
import { startProgram } from "../start-program.ts";

/** How long, how much, where. */
export interface SoakOptions {
  readonly folder: string;
  readonly minutes: number;
  /** Runs a second. */
  readonly rate: number;
  readonly keepMinutes: number;
  readonly sampleSeconds: number;
  readonly log: (line: string) => void;
}

/** What was seen, and how many runs never ended. */
export interface Soaked {
  readonly samples: readonly Sample[];
  readonly counts: LoadCounts;
  readonly stuck: number;
}

// A machine that stood still for a while lets runs end late; one that does not end in so long after the load is stuck.
const PATIENCE_MS = 120_000;

/** Starts an installation, puts a steady load on it and looks at it all the time. Every sample also goes into `samples.jsonl` of the folder. */
export async function runSoak(options: SoakOptions): Promise<Soaked> {
  const heapFolder = join(options.folder, "heap");
  mkdirSync(heapFolder, { recursive: true });
  const reporter = new URL(pathToFileURL(join(import.meta.dirname, "heap-report.ts")));
  reporter.searchParams.set("folder", heapFolder);
  const server = await startProgram({
    dagsFolder: fileURLToPath(new URL("dags", import.meta.url)),
    dataFolder: join(options.folder, "data"),
    env: { NODE_OPTIONS: `--import ${reporter.href}` },
  });
  // Whatever ends this process ends the installation with it.
  process.once("exit", () => server.process.kill("SIGTERM"));
  const pid = server.process.pid ?? 0;
  const database = installationDatabase(server.dataFolder);
  const load = new Load({ ...server, rate: options.rate, keepMs: options.keepMinutes * 60_000 });
  const samples: Sample[] = [];
  const begun = performance.now();
  load.start();
  try {
    for (let n = 1; ; n += 1) {
      await delay(begun + n * options.sampleSeconds * 1_000 - performance.now());
      if (server.process.exitCode !== null) throw new Error(`windlass up ended:\n${server.output()}`);
      const minute = (performance.now() - begun) / 60_000;
      const triggers = load.takeTriggerMs();
      const sample: Sample = {
        minute,
        roles: sampleRoles(pid, server.dataFolder),
        ...sampleHeap(heapFolder, pid),
        ...(await sampleDatabase(database)),
        triggerMs: triggers.length === 0 ? null : percentile(triggers, 0.5),
        triggered: load.counts.triggered,
        deleted: load.counts.deleted,
      };
      samples.push(sample);
      appendFileSync(join(options.folder, "samples.jsonl"), `${JSON.stringify(sample)}\n`);
      options.log(line(sample, load.counts));
      if (minute >= options.minutes) break;
    }
    await load.stop();
    const until = performance.now() + PATIENCE_MS;
    let stuck = await openRuns(database);
    while (stuck > 0 && performance.now() < until) {
      await delay(1_000);
      stuck = await openRuns(database);
    }
    return { samples, counts: load.counts, stuck };
  } finally {
    await load.stop();
    await database.close();
    await server.stop();
  }
}

function line(sample: Sample, counts: LoadCounts): string {
  const { control, runners, postgres } = sample.roles;
  const number = (value: number | null): string => (value === null ? "-" : value.toFixed(1));
  return [
    `${sample.minute.toFixed(1)} min`,
    `control ${number(control.anonymous)} MB own, heap ${number(sample.heapAfterMajor)} of ${number(sample.heap)}, ${control.handles} handles, ${control.threads} threads`,
    `runners ${runners.count}: ${number(runners.anonymous)} MB`,
    `postgres ${postgres.count}: ${number(postgres.anonymous)} MB`,
    `runs ${sample.triggered} - ${sample.deleted}, ${(sample.databaseBytes / 2 ** 20).toFixed(0)} MB`,
    `trigger ${number(sample.triggerMs)} ms, chain ${number(sample.chainMs)} ms`,
    `processor ms: ${control.processorMs} + ${postgres.processorMs}`,
    ...(counts.problems.length > 0 ? [`${counts.problems.length} problems: ${counts.problems.at(-1) ?? ""}`] : []),
    ...(sample.wrong > 0 ? [`${sample.wrong} runs are wrong`] : []),
  ].join("; ");
}
