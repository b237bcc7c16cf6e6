import { hostname } from "node:os";
import type { Clock, ConfigValues } from "@windlass/contract";
import type { Database } from "../database/sql.ts";
import { childEnvironment } from "../executors/local/runner-environment.ts";
import { BundleFolder } from "./bundle-folder.ts";
import type { EngineLog } from "./create-engine.ts";
import { DagProcessor } from "./dag-processor/dag-processor.ts";
import { logParsed } from "./dag-processor/log-parsed.ts";
import { ParserProcess } from "./dag-processor/parser-process.ts";
import { listenForSignals, remoteSignals } from "./remote-signals.ts";
import { endServiceBeats, serviceBeats } from "./service-beats.ts";

/** What the reading of Dag files is made of. */
export interface DagReadingOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** This start of this process (uuid). */
  readonly bootId: string;
  readonly dagsFolder: string;
  readonly bundleFolder: string;
  readonly parserPath: string;
  readonly config: ConfigValues;
  readonly log: EngineLog;
  /** The program's environment; the parser's child gets what programs need to work. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A Dag processor as a process of its own. */
export interface DagReading {
  /** @returns when every file that was there has been read */
  start(): Promise<{ readonly read: Promise<void> }>;
  /** Ends everything in order and waits. */
  stop(): Promise<void>;
}

/** Wires a Dag processor by itself: what changed is told to the engines on the same database. Any number may read the same files. */
export function createDagReading(options: DagReadingOptions): DagReading {
  const { database, clock, bootId, config, log } = options;
  const onProblem = (service: string, error: unknown): void => {
    log.error(`${service} had a problem`, {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  };
  const engines = remoteSignals(database);
  const processor = new DagProcessor({
    database,
    clock,
    dagsFolder: options.dagsFolder,
    bundles: new BundleFolder(options.bundleFolder),
    parser: new ParserProcess({
      parserPath: options.parserPath,
      environment: childEnvironment(options.environment),
      timeoutSeconds: config.dag_processor.dag_file_processor_timeout,
    }),
    pausedAtCreation: config.core.dags_are_paused_at_creation,
    onProblem,
    onDagsChanged: (dagIds) => {
      for (const dagId of dagIds) engines.dagChanged(dagId);
    },
    onErrorsChanged: () => undefined,
    rescanMs: config.dag_processor.refresh_interval * 1_000,
  });
  processor.onParsed = (parsed) => {
    logParsed(log, parsed);
  };
  const beats = serviceBeats({
    ...{ database, bootId, onProblem },
    instanceId: bootId,
    hostname: hostname(),
    services: ["dag-processor"],
  });
  let unlisten: (() => Promise<void>) | undefined;

  return {
    async start() {
      await beats.start();
      await processor.start();
      unlisten = await listenForSignals(
        database,
        {
          parseAgain: (file) => {
            processor.parseAgain(file);
          },
        },
        () => undefined,
      ).catch(() => undefined);
      return { read: processor.runOnce() };
    },
    async stop() {
      await unlisten?.().catch(() => undefined);
      await processor.stop();
      await beats.stop();
      await endServiceBeats(database, bootId);
    },
  };
}
