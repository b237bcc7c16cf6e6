import { hostname } from "node:os";
import type { AttemptError, Clock, ConfigValues, XcomKeeping } from "@windlass/contract";
import { answerAttempt, type SecretSource } from "../actions/attempts/answer-attempt.ts";
import type { ActionContext, EngineSignals, TimetablePort, Randomness } from "../actions/context.ts";
import { taskEnvironment } from "../actions/objects/environment.ts";
import type { Database } from "../database/sql.ts";
import { LeaseKeeper } from "../executors/local/lease-keeper.ts";
import { writeLostMarker } from "../executors/local/lost-marker.ts";
import { INTERRUPTED, lostOutcome } from "../executors/port.ts";
import { LocalExecutor } from "../executors/local/local-executor.ts";
import { childEnvironment } from "../executors/local/runner-environment.ts";
import { attemptLogPath } from "../queries/log-path.ts";
import { EVENTS_CHANNEL, type LiveChange, type LiveFeed } from "../queries/live.ts";
import type { OpenAttempt } from "../store/attempts.ts";
import { expireCallbacksOfBoot, renewCallbackLeases } from "../store/callbacks.ts";
import type { ServiceName } from "../store/heartbeats.ts";
import { replaceFact } from "../store/installation.ts";
import { storeLegalTransitions } from "../store/invariants.ts";
import { loadXcoms } from "../store/xcom.ts";
import { BundleFolder } from "./bundle-folder.ts";
import { cleaner } from "./cleaner.ts";
import { DagProcessor } from "./dag-processor/dag-processor.ts";
import { logParsed } from "./dag-processor/log-parsed.ts";
import { ParserProcess } from "./dag-processor/parser-process.ts";
import { timetablePort } from "./dag-processor/timetable-port.ts";
import { EventsNotifier } from "./events-notifier.ts";
import { openXcomObjects, type XcomObjects } from "../store/xcom-objects/xcom-objects.ts";
import { xcomSweeper } from "./xcom-sweeper.ts";
import { postgresLeaseStore } from "./lease-store.ts";
import { LiveHub } from "./live-hub.ts";
import { withPatience } from "../database/patience.ts";
import { preloadBundles } from "./preload-bundles.ts";
import { listenForSignals } from "./remote-signals.ts";
import { rescuer } from "./rescuer.ts";
import { createNoticeServices, type NoticeServices } from "./notices/create-notice-services.ts";
import { pauseFailingDags } from "./scheduler/pause-failing-dags.ts";
import type { RoundResult } from "./scheduler/commit-round.ts";
import { DagVersions } from "./scheduler/dag-versions.ts";
import { Dispatcher } from "./scheduler/dispatcher.ts";
import { postgresStore } from "./scheduler/postgres-store.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { WorkerPlaces } from "./scheduler/worker-places.ts";
import type { OnProblem, Service } from "./service.ts";
import { Triggerer } from "./triggerer/triggerer.ts";
import { endServiceBeats, serviceBeats } from "./service-beats.ts";
import type { EngineStatus } from "./status.ts";

/** Where an engine writes what people should know. */
export interface EngineLog {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warning(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Paces of an engine's duties; the defaults are for production. */
export interface EnginePaces {
  /** @defaultValue `[scheduler] scheduler_idle_sleep_time` */
  readonly pollMs?: number;
  /** @defaultValue a sixth of the lease, at most 10000 */
  readonly renewMs?: number;
  /** @defaultValue two thirds of the lease */
  readonly giveUpMs?: number;
  /** @defaultValue 60 */
  readonly leaseSeconds?: number;
  /** @defaultValue 10 */
  readonly leaseMarginSeconds?: number;
  /** @defaultValue 30 */
  readonly queuedSeconds?: number;
  /** @defaultValue 30000 */
  readonly triggererMs?: number;
  /** @defaultValue 5000 */
  readonly rescueMs?: number;
  /** @defaultValue 5000 */
  readonly graceMs?: number;
  /** @defaultValue 30000 */
  readonly idleRunnerMs?: number;
  /** Between looks for callbacks, alerts and deadlines that no signal told of. @defaultValue 5000 */
  readonly noticesMs?: number;
}

/** Everything an engine is made of. Nothing of it is read from the environment or the machine by the engine itself. */
export interface EngineOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Randomness;
  /** This start of this process (uuid). */
  readonly bootId: string;
  /**
   * The same over restarts on the same data folder, so that a new boot finds what the last one left; null: it may have neighbours there, and what a dead
   * one left is found by its leases alone. @defaultValue host name and logs folder
   */
  readonly instanceId?: string | null;
  readonly dagsFolder: string;
  /** Whether Dag files are read here; otherwise another process does it. @defaultValue true */
  readonly readsDags?: boolean;
  readonly logsFolder: string;
  readonly bundleFolder: string;
  /** Entry files of the processes that run user code. */
  readonly runnerPath: string;
  readonly parserPath: string;
  /** Most attempts at a time. */
  readonly parallelism: number;
  /** Runner processes kept ready. */
  readonly warmRunners: number;
  readonly secrets: SecretSource;
  /** What tasks make runs of other Dags with; left out, they are refused. */
  readonly actions?: () => ActionContext;
  readonly config: ConfigValues;
  readonly log: EngineLog;
  /**
   * The program's environment. Children get only what programs need to work (`PATH`, `HOME`, locale, proxies), and attempts besides it what their Dag
   * declares in `requires.env`. @defaultValue empty
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly paces?: EnginePaces;
  /** Path of the module with which the author's own backend keeps XComs. @defaultValue none */
  readonly xcomBackend?: string | undefined;
}

/** A running engine: scheduler, triggerer, Dag processor, local executor, rescuer, cleaner. */
export interface Engine {
  start(): Promise<void>;
  /** Ends everything in order and waits. Safe twice. */
  stop(): Promise<void>;
  readonly signals: EngineSignals;
  readonly live: LiveFeed;
  status(): EngineStatus;
  /** The parts by themselves, for tests and tools. */
  readonly scheduler: Scheduler;
  readonly triggerer: Triggerer;
  readonly dagProcessor: DagProcessor;
  /** Asks custom timetables in the parser's child. */
  readonly timetables: TimetablePort;
  readonly services: readonly Service[];
  readonly executor: LocalExecutor;
  readonly notices: NoticeServices;
}

const DUTIES: readonly ServiceName[] = [
  "scheduler",
  "triggerer",
  "dag-processor",
  "executor",
  "rescuer",
  "cleaner",
  "callbacks",
  "notifier",
  "deadlines",
];

const LOST: AttemptError = {
  kind: "lost",
  name: "AttemptLost",
  message: "The attempt stopped reporting: its process, its machine or the connection to it is gone.",
  stack: null,
};

/** Wires an engine. Nothing is started before `start`. */
export function createEngine(options: EngineOptions): Engine {
  const { database, clock, random, bootId, config, log, paces = {}, environment = {} } = options;
  const host = hostname();
  const instanceId = options.instanceId === undefined ? `${host}:${options.logsFolder}` : options.instanceId;
  const readsDags = options.readsDags ?? true;
  const leaseSeconds = paces.leaseSeconds ?? config.scheduler.task_instance_heartbeat_timeout;
  const childEnv = childEnvironment(environment);
  const environmentOf = (names: readonly string[]): Readonly<Record<string, string>> =>
    taskEnvironment({ config, environment }, names);
  const onProblem: OnProblem = (service, error) => {
    log.error(`${service} had a problem`, {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  };

  const live = new LiveHub();
  const notifier = new EventsNotifier(database, bootId);
  const versions = new DagVersions();
  const places = new WorkerPlaces(config.local_executor.queues);
  const bundles = new BundleFolder(options.bundleFolder);
  const executor = new LocalExecutor({
    runnerPath: options.runnerPath,
    parallelism: options.parallelism,
    warmRunners: options.warmRunners,
    environment: childEnv,
    clock,
    ...(paces.graceMs !== undefined && { graceMs: paces.graceMs }),
    ...(paces.idleRunnerMs !== undefined && { idleMs: paces.idleRunnerMs }),
    onProblem: (message) => {
      log.warning(message);
    },
  });
  const xcomObjects = openXcomObjects({ config, getConnection: (id) => options.secrets.getConnection(id) });
  const xcomKeeping = keepingOf(xcomObjects, options.xcomBackend);
  const leaseStore = postgresLeaseStore(database);
  const dispatcher = new Dispatcher({
    executor,
    bundles: {
      has: (hash) => bundles.has(hash),
      pathOf: (hash) => bundles.pathOf(hash),
      ensure: (hash) => bundles.ensure(database, hash),
    },
    loadXcoms: (addresses) => loadXcoms(database, addresses),
    logsFolder: options.logsFolder,
    maxXcomBytes: config.core.max_xcom_bytes,
    maxMapLength: config.core.max_map_length,
    xcomObjects,
    xcomKeeping,
    environmentOf,
    onFailed: (attemptId, outcome) => {
      scheduler.attemptFinished(attemptId, outcome);
    },
    onInterrupted: (attemptId) => {
      scheduler.attemptInterrupted(attemptId);
    },
  });
  const scheduler = new Scheduler({
    store: postgresStore(database),
    clock,
    random,
    bootId,
    executor,
    dispatcher,
    versions,
    places,
    onProblem,
    leaseSeconds,
    clearOnSuccess: config.state_store.clear_on_success,
    onTimetablesLow: () => {
      dagProcessor.timetablesLow();
    },
    maxMapLength: config.core.max_map_length,
    onCommitted: (result) => {
      triggerer.committed(result);
      if (result.eventIds.length === 0) return;
      live.publish(changesOf(result));
      notifier.tell();
      notices.committed(result.notices);
      void pauseFailing(result);
    },
    onRead: (dag) => {
      notices.seen(dag);
    },
    pollMs: paces.pollMs ?? config.scheduler.scheduler_idle_sleep_time * 1_000,
    scheduledRunsPerRound: config.scheduler.max_dagruns_to_create_per_loop,
  });
  const notices = createNoticeServices({
    ...{ database, clock, random, bootId, executor, bundles, versions, config, onProblem, leaseSeconds, xcomKeeping },
    logsFolder: options.logsFolder,
    secrets: options.secrets,
    environmentOf,
    marginSeconds: paces.leaseMarginSeconds ?? 10,
    everyMs: paces.noticesMs ?? 5_000,
    warn: (event, fields) => {
      log.warning(event, fields);
    },
  });
  const { callbacks } = notices;
  const loseAttempts = (found: readonly OpenAttempt[]): void => {
    scheduler.attemptsFound("lost", found);
    for (const { attemptId } of found)
      void writeLostMarker(attemptLogPath(options.logsFolder, attemptId), LOST, clock.now());
  };
  const pauseFailing = async (result: RoundResult): Promise<void> => {
    try {
      for (const dagId of await pauseFailingDags(database, result)) {
        log.warning("a Dag was paused: too many of its runs failed one after another", { dagId });
        scheduler.dagChanged(dagId);
        live.publish([{ kind: "dag", dagId }]);
      }
    } catch (error) {
      onProblem("scheduler", error);
    }
  };
  const leases = new LeaseKeeper({
    renew: async (attemptIds) => {
      const { tasks = [], called = [] } = Object.groupBy(attemptIds, (id) => (callbacks.held(id) ? "called" : "tasks"));
      const [held, heldCalls] = await Promise.all([
        leaseStore.renewLeases(tasks, leaseSeconds),
        renewCallbackLeases(database, called, leaseSeconds),
      ]);
      return [...held, ...heldCalls];
    },
    attempts: () => [...executor.attempts(), ...dispatcher.preparing(), ...callbacks.preparing()],
    onRevoked: (attemptIds) => {
      for (const attemptId of attemptIds) executor.cancel(attemptId, "the attempt has lost its permission");
    },
    onSilence: () => {
      log.error("leases could not be renewed: every runner is ended, before others take its attempts for lost");
      executor.killAll();
    },
    // Several tries in a lease, and an end in good time before it is over.
    renewMs: paces.renewMs ?? Math.min(10_000, (leaseSeconds * 1_000) / 6),
    giveUpMs: paces.giveUpMs ?? (leaseSeconds * 2_000) / 3,
  });
  const parser = new ParserProcess({
    parserPath: options.parserPath,
    environment: childEnv,
    timeoutSeconds: config.dag_processor.dag_file_processor_timeout,
  });
  const dagProcessor = new DagProcessor({
    database,
    clock,
    dagsFolder: options.dagsFolder,
    bundles,
    parser,
    pausedAtCreation: config.core.dags_are_paused_at_creation,
    onProblem,
    onDagsChanged: (dagIds) => {
      for (const dagId of dagIds) scheduler.dagChanged(dagId);
      void preloadBundles(database, bundles, executor);
      live.publish(dagIds.map((dagId) => ({ kind: "dag", dagId })));
    },
    onErrorsChanged: () => {
      live.publish([{ kind: "import_errors" }]);
    },
    rescanMs: config.dag_processor.refresh_interval * 1_000,
  });
  dagProcessor.onParsed = (parsed) => {
    logParsed(log, parsed);
  };
  const triggerer = new Triggerer({
    database,
    onFired: (dagRunId, attemptId, event) => {
      scheduler.triggerFired(dagRunId, attemptId, event);
    },
    onProblem,
    ...(paces.triggererMs !== undefined && { pollMs: paces.triggererMs }),
  });
  const rescue = rescuer({
    store: leaseStore,
    onLost: loseAttempts,
    onNeverStarted: (found) => {
      scheduler.attemptsFound("never_started", found);
    },
    onProblem,
    localQueues: () => places.local,
    ...(paces.rescueMs !== undefined && { everyMs: paces.rescueMs }),
    ...(paces.leaseMarginSeconds !== undefined && { marginSeconds: paces.leaseMarginSeconds }),
    ...(paces.queuedSeconds !== undefined && { queuedSeconds: paces.queuedSeconds }),
  });
  const clean = cleaner({
    database,
    clock,
    logsFolder: options.logsFolder,
    onProblem,
    logDays: config.logging.retention_days,
    refusalDays: config.security.refusal_retention_days,
  });
  const beats = serviceBeats({
    database,
    instanceId: bootId,
    bootId,
    hostname: host,
    services: readsDags ? DUTIES : DUTIES.filter((duty) => duty !== "dag-processor"),
    onProblem,
  });
  const sweeper = xcomObjects && xcomSweeper({ database, objects: xcomObjects, onProblem });
  const services: readonly Service[] = [
    beats,
    scheduler,
    triggerer,
    rescue,
    clean,
    ...(readsDags ? [dagProcessor] : []),
    ...notices.services,
    ...(sweeper === undefined ? [] : [sweeper]),
  ];
  let started = false;
  let unlisten: (() => Promise<void>) | undefined;
  let unlistenEvents: (() => Promise<void>) | undefined;
  let stopping: Promise<void> | undefined;

  const signals: EngineSignals = {
    runsCreated: (ids) => {
      scheduler.runsCreated(ids);
    },
    runChanged: (id) => {
      scheduler.runChanged(id);
      triggerer.runChanged(id);
    },
    dagChanged: (dagId) => {
      scheduler.dagChanged(dagId);
      live.publish([{ kind: "dag", dagId }]);
    },
    assetEventsQueued: (dagIds) => {
      scheduler.assetEventsQueued(dagIds);
    },
    parseAgain: (file) => {
      dagProcessor.parseAgain(file);
    },
    poolChanged: () => {
      scheduler.slotsFreed();
    },
    cancelAttempts: (attemptIds) => {
      for (const attemptId of attemptIds) {
        const held = dispatcher.held(attemptId);
        if (held) scheduler.runChanged(held.dagRunId);
      }
    },
    refused: () => {
      live.publish([{ kind: "refused_requests" }]);
    },
  };

  async function start(): Promise<void> {
    await storeLegalTransitions(database);
    const deadBoot =
      instanceId === null
        ? undefined
        : await database.transaction((tx) => replaceFact(tx, `boot:${instanceId}`, bootId));
    await executor.start({
      finished: (attemptId, outcome) => {
        if (callbacks.held(attemptId)) callbacks.finished(attemptId, outcome);
        else scheduler.attemptFinished(attemptId, outcome);
      },
      cancelled: (attemptId) => {
        if (callbacks.held(attemptId)) callbacks.cancelled(attemptId);
        else scheduler.attemptCancelled(attemptId);
      },
      interrupted: (attemptId) => {
        if (callbacks.held(attemptId)) callbacks.finished(attemptId, lostOutcome(INTERRUPTED));
        else scheduler.attemptInterrupted(attemptId);
      },
      answer: (attemptId, request) =>
        answerAttempt(
          {
            database,
            secrets: options.secrets,
            actions: options.actions,
            xcomObjects,
            held: (id) => dispatcher.held(id) ?? callbacks.held(id),
            onProblem: (error) => {
              onProblem("executor", error);
            },
          },
          attemptId,
          request,
        ),
    });
    leases.start();
    // What the last boot of this folder left running is run by nobody: its try is over, without waiting for the lease.
    if (typeof deadBoot === "string" && deadBoot !== bootId) {
      loseAttempts(
        await withPatience(
          () => leaseStore.listAttemptsOfBoots([deadBoot]),
          () => !stopping,
        ),
      );
    }
    if (typeof deadBoot === "string" && deadBoot !== bootId) await expireCallbacksOfBoot(database, deadBoot);
    for (const service of services) await service.start();
    void preloadBundles(database, bundles, executor);
    // Where it fails the scheduler's own looks find everything, only later.
    unlisten = await listenForSignals(database, signals, () => void scheduler.look().catch(() => undefined)).catch(
      () => undefined,
    );
    unlistenEvents = await database
      .listen(EVENTS_CHANNEL, (sender) => {
        if (sender === "") triggerer.lookAtEverything();
        else if (sender !== bootId) triggerer.othersCommitted();
      })
      .catch(() => undefined);
    started = true;
  }

  async function stop(): Promise<void> {
    // First of all nothing new is begun. What runs may end by itself within the grace; the reports of what is ended here are still committed.
    const executed = executor.stop();
    await unlisten?.().catch(() => undefined);
    await unlistenEvents?.().catch(() => undefined);
    await Promise.all([triggerer.stop(), dagProcessor.stop(), rescue.stop(), clean.stop(), sweeper?.stop()]);
    await Promise.all(notices.services.map((service) => service.stop()));
    for (const attemptId of dispatcher.stop()) scheduler.attemptInterrupted(attemptId);
    await executed;
    await callbacks.settle();
    await scheduler.drain();
    await scheduler.stop();
    await leases.stop();
    notifier.stop();
    await beats.stop();
    if (started) await endServiceBeats(database, bootId);
    started = false;
  }

  return {
    start,
    stop: () => (stopping ??= stop()),
    live,
    scheduler,
    triggerer,
    dagProcessor,
    timetables: timetablePort({ database, bundles, parser, dagsFolder: options.dagsFolder }),
    services,
    executor,
    notices,
    status: () => ({ bootId, started, activeRuns: scheduler.activeRuns, executor: executor.status() }),
    signals,
  };
}

/** The changes of a round, each with its event's key: the events are written in the order of the decisions and their transitions. */
function changesOf({ committed, eventIds }: RoundResult): readonly LiveChange[] {
  let next = 0;
  return committed.flatMap(({ after, transitions }) =>
    transitions.flatMap((transition): readonly LiveChange[] => {
      // Instances that were made are told of by their own transitions.
      if (transition.kind === "expand") return [];
      const eventId = eventIds[next] ?? 0;
      next += 1;
      const ofRun = { eventId, dagId: after.dagId, runId: after.runId, state: transition.to };
      return transition.kind === "run"
        ? [{ ...ofRun, kind: "run", taskId: null, mapIndex: null }]
        : [{ ...ofRun, kind: "task_instance", taskId: transition.taskId, mapIndex: transition.mapIndex }];
    }),
  );
}

/** What attempts are told about keeping XComs; undefined where there is nothing to tell. */
function keepingOf(objects: XcomObjects | undefined, backend: string | undefined): XcomKeeping | undefined {
  if (objects === undefined && backend === undefined) return undefined;
  return {
    ...(objects !== undefined && { storeAbove: objects.storeAbove }),
    ...(backend !== undefined && { backend }),
  };
}
