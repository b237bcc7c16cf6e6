import { setTimeout as delay } from "node:timers/promises";
import {
  type AttemptContext,
  type AttemptOutcome,
  type FollowedClock,
  refusal,
  type Workload,
} from "@windlass/contract";
import { type Executor, LeaseKeeper } from "@windlass/core/executors";
import { attemptLogPath } from "@windlass/core/queries";
import type { Logger } from "@windlass/server";
import { BundleStore } from "./bundle-store.ts";
import { LogShipper } from "./log-shipper.ts";
import { DoorRefused, type ServerDoor, type StartedBy } from "./server-door.ts";

/** How a worker works. */
export interface RemoteWorkerOptions {
  readonly door: ServerDoor;
  /** Runs the attempts; it can end all of them at once. */
  readonly executor: Executor & { killAll(): void };
  /** This start of this worker (uuid). */
  readonly workerId: string;
  readonly queues: readonly string[];
  readonly parallelism: number;
  readonly bundleFolder: string;
  readonly logsFolder: string;
  /** Values of the environment variables that a Dag declares. */
  readonly environmentOf: (names: readonly string[]) => Readonly<Record<string, string>>;
  /** Shared with the executor; it follows the server's. */
  readonly clock: FollowedClock;
  readonly pid: number;
  readonly unixname: string;
  readonly version: string;
  readonly log: Logger;
  /** How long attempts may go on after the worker was told to stop. @defaultValue 30000 */
  readonly graceMs?: number;
  /** How long a poll is held back by the server when there is nothing to tell. @defaultValue 20 */
  readonly pollSeconds?: number;
}

const RETRY_FIRST_MS = 200;
const RETRY_LONGEST_MS = 5_000;
// The start's answer may be lost; until then the server hands the attempt to nobody else.
const START_PATIENCE_MS = 20_000;
// An attempt's log holds, beyond its bound, its last lines and how many were dropped.
const LOG_SLACK_BYTES = 131_072;
const LAST_REPORTS_MS = 10_000;

/**
 * Runs attempts for a server on another machine: asks for them, starts each by the server's leave, keeps their leases, hands on what they ask, ships
 * their logs, and reports how they ended. It holds no truth: whatever it forgets, leases bring back; whatever it says too late is refused.
 */
export class RemoteWorker {
  readonly #options: RemoteWorkerOptions;
  readonly #bundles: BundleStore;
  readonly #logs = new Map<string, LogShipper>();
  /** Attempts that were given and are not with the executor yet. */
  readonly #beginning = new Set<string>();
  readonly #reporting = new Map<string, Promise<void>>();
  /** Attempts that the server has let start and that are not reported on. */
  readonly #held = new Set<string>();
  readonly #hurry = new AbortController();
  #poll = new AbortController();
  /** How many attempts the poll under way asked for. */
  #asked = 0;
  #leases: LeaseKeeper | undefined;
  #stopping = false;
  #loop: Promise<void> = Promise.resolve();
  #isAway = false;

  constructor(options: RemoteWorkerOptions) {
    this.#options = options;
    this.#bundles = new BundleStore(options.bundleFolder);
  }

  /** Asks for work until it is told to stop. @throws DoorRefused where the server does not take this worker */
  async start(): Promise<void> {
    const { executor } = this.#options;
    await executor.start({
      finished: (attemptId, outcome) => {
        this.#report(attemptId, outcome);
      },
      cancelled: (attemptId) => {
        this.#report(attemptId, CANCELLED);
      },
      interrupted: (attemptId) => {
        this.#report(attemptId, "interrupted");
      },
      answer: (attemptId, request) => this.#answer(attemptId, request),
    });
    // The first poll tells at once whether the credential is good; a server that is not there yet may come.
    try {
      await this.#ask(0);
    } catch (error) {
      if (error instanceof DoorRefused) {
        await executor.stop();
        throw error;
      }
      this.#told(true, error);
    }
    this.#loop = this.#work();
  }

  /** Takes no more; lets attempts end within the grace, ends the others, reports on all, and says goodbye. Safe twice. */
  async stop(): Promise<void> {
    if (this.#stopping) return this.#loop;
    this.#stopping = true;
    this.#poll.abort();
    const { executor, door, workerId, graceMs = 30_000 } = this.#options;
    const deadline = performance.now() + graceMs;
    while (this.#held.size + this.#beginning.size > 0 && performance.now() < deadline) await delay(50);
    await executor.stop();
    await Promise.race([Promise.all(this.#reporting.values()), delay(LAST_REPORTS_MS, undefined, { ref: false })]);
    this.#hurry.abort();
    this.#poll.abort();
    await this.#loop;
    await this.#leases?.stop();
    await door.goodbye(workerId).catch(() => undefined);
  }

  async #work(): Promise<void> {
    let wait = RETRY_FIRST_MS;
    while (!this.#hurry.signal.aborted) {
      try {
        // After a silence the first answer is wanted at once.
        await this.#ask(this.#isAway ? 0 : (this.#options.pollSeconds ?? 20));
        this.#told(false);
        wait = RETRY_FIRST_MS;
      } catch (error) {
        if (this.#poll.signal.aborted) continue;
        this.#told(true, error);
        await delay(wait, undefined, { signal: this.#hurry.signal, ref: false }).catch(() => undefined);
        wait = Math.min(wait * 2, RETRY_LONGEST_MS);
      }
    }
  }

  async #ask(waitSeconds: number): Promise<void> {
    const { door, executor, clock, workerId, queues, parallelism, pid, version } = this.#options;
    if (this.#poll.signal.aborted) this.#poll = new AbortController();
    const free = this.#stopping ? 0 : Math.max(0, executor.freeSlots() - this.#beginning.size);
    this.#asked = free;
    const asked = performance.now();
    const orders = await door.poll(
      {
        worker_id: workerId,
        hostname: executor.hostname,
        pid,
        version,
        queues,
        parallelism,
        free,
        attempts: [...this.#held],
        wait_seconds: waitSeconds,
      },
      this.#poll.signal,
    );
    clock.follow(orders.now, performance.now() - asked);
    this.#keepLeases(orders.lease_seconds);
    for (const attemptId of orders.revoked) executor.cancel(attemptId, "the task instance was changed");
    for (const workload of orders.workloads) void this.#begin(workload);
  }

  /** A slot is free that the poll under way did not know of. Nothing is given to a poll that asked for nothing, so nothing is lost with it. */
  #slotFreed(): void {
    if (this.#asked === 0) this.#poll.abort();
  }

  async #begin(workload: Workload): Promise<void> {
    const { door, executor, clock, pid, unixname, log } = this.#options;
    const { attemptId } = workload.attempt;
    this.#beginning.add(attemptId);
    try {
      const path = await this.#bundles.path(workload.bundleHash, () => door.bundle(attemptId));
      const by = { hostname: executor.hostname, unixname, pid, startDate: clock.now() };
      if (this.#stopping) return await door.interrupted(attemptId);
      if (!(await this.#isGranted(attemptId, by))) return;
      this.#held.add(attemptId);
      const context = this.#contextOf(workload, path);
      this.#logs.set(
        attemptId,
        new LogShipper(attemptId, context.logPath, { send: (id, offset, bytes) => door.log(id, offset, bytes) }),
      );
      executor.run(context, workload.priority);
    } catch (error) {
      // It was never started: the server hands it out again.
      log.warning("an attempt could not be begun", { attemptId, error: String(error) });
    } finally {
      this.#beginning.delete(attemptId);
      if (!this.#held.has(attemptId)) {
        door.forget(attemptId);
        this.#slotFreed();
      }
    }
  }

  /** Whether the server lets an attempt start; a lost answer is asked for again, with the same words. */
  async #isGranted(attemptId: string, by: StartedBy): Promise<boolean> {
    const { door, log } = this.#options;
    const deadline = performance.now() + START_PATIENCE_MS;
    for (let wait = RETRY_FIRST_MS; ; wait *= 2) {
      try {
        await door.start(attemptId, by);
        return true;
      } catch (error) {
        if (error instanceof DoorRefused) {
          log.info("an attempt was not to be started", { attemptId, code: error.code });
          return false;
        }
        if (performance.now() + wait > deadline) throw error;
        await delay(wait, undefined, { ref: false });
      }
    }
  }

  #contextOf({ attempt, bundleHash, env, maxLogBytes }: Workload, path: string): AttemptContext {
    return {
      ...attempt,
      bundle: { hash: bundleHash, path },
      logPath: attemptLogPath(this.#options.logsFolder, attempt.attemptId),
      env: this.#options.environmentOf(env),
      maxLogBytes: Math.max(LOG_SLACK_BYTES / 2, maxLogBytes - LOG_SLACK_BYTES),
    };
  }

  async #answer(attemptId: string, request: Parameters<ServerDoor["request"]>[1]): ReturnType<ServerDoor["request"]> {
    for (let wait = RETRY_FIRST_MS; ; wait = Math.min(wait * 2, RETRY_LONGEST_MS)) {
      try {
        return await this.#options.door.request(attemptId, request);
      } catch (error) {
        if (error instanceof DoorRefused || !this.#held.has(attemptId)) {
          const data = { attempt_id: attemptId };
          return { kind: "refused", refusal: refusal("execution.no_permission", data) };
        }
        await delay(wait, undefined, { ref: false });
      }
    }
  }

  #report(attemptId: string, outcome: AttemptOutcome | "interrupted"): void {
    this.#slotFreed();
    const reporting = this.#untilReported(attemptId, outcome).finally(() => {
      this.#reporting.delete(attemptId);
      this.#held.delete(attemptId);
      this.#logs.delete(attemptId);
      this.#options.door.forget(attemptId);
    });
    this.#reporting.set(attemptId, reporting);
  }

  /** The log first, so that whoever reads of the end finds it whole; then the end. As often as it takes. */
  async #untilReported(attemptId: string, outcome: AttemptOutcome | "interrupted"): Promise<void> {
    const { door, log } = this.#options;
    const shipper = this.#logs.get(attemptId);
    let said = outcome;
    for (let wait = RETRY_FIRST_MS; !this.#hurry.signal.aborted; wait = Math.min(wait * 2, RETRY_LONGEST_MS)) {
      try {
        await shipper?.finish();
        if (said === "interrupted") await door.interrupted(attemptId);
        else await door.outcome(attemptId, said);
        await shipper?.tidy();
        return;
      } catch (error) {
        if (!(error instanceof DoorRefused)) {
          await delay(wait, undefined, { signal: this.#hurry.signal, ref: false }).catch(() => undefined);
        } else if (said === "interrupted" || isAboutAttempt(error) || isRefusedReport(said)) {
          const state = said === "interrupted" ? said : said.state;
          log.warning("a report came too late", { attemptId, state, code: error.code });
          break;
        } else said = refusedReport(error);
      }
    }
    shipper?.stop();
  }

  #keepLeases(leaseSeconds: number): void {
    if (this.#leases) return;
    const { door, executor, pid, log } = this.#options;
    this.#leases = new LeaseKeeper({
      attempts: () => [...this.#held],
      renew: async (attemptIds) => {
        const answers = await Promise.all(
          attemptIds.map(async (attemptId) => {
            try {
              await door.heartbeat(attemptId, { hostname: executor.hostname, pid });
              return [attemptId];
            } catch (error) {
              if (error instanceof DoorRefused) return [];
              throw error;
            }
          }),
        );
        return answers.flat();
      },
      onRevoked: (attemptIds) => {
        for (const attemptId of attemptIds) executor.cancel(attemptId, "the attempt has lost its permission");
      },
      onSilence: () => {
        log.error("leases could not be renewed: every runner is ended, before others take its attempts for lost");
        executor.killAll();
      },
      renewMs: Math.min(10_000, (leaseSeconds * 1_000) / 6),
      giveUpMs: (leaseSeconds * 2_000) / 3,
    });
    this.#leases.start();
  }

  #told(isAway: boolean, error?: unknown): void {
    if (this.#isAway === isAway) return;
    this.#isAway = isAway;
    const { log } = this.#options;
    if (isAway) log.warning("the server does not answer; attempts go on within their leases", { error: String(error) });
    else log.info("the server answers again");
  }
}

const CANCELLED: AttemptOutcome = {
  state: "failed",
  error: {
    kind: "cancelled",
    name: "Cancelled",
    message: "The attempt was ended: it had lost its permission.",
    stack: null,
  },
  mayRetry: true,
};

const REPORT_REFUSED = "ReportRefused";

/** The report itself is not taken (it is too large, say): then that is how the attempt ended. */
function refusedReport({ message }: DoorRefused): AttemptOutcome {
  const said = `The report of the attempt was refused: ${message}`;
  return {
    state: "failed",
    error: { kind: "refusal", name: REPORT_REFUSED, message: said, stack: null },
    mayRetry: false,
  };
}

function isRefusedReport(outcome: AttemptOutcome): boolean {
  return outcome.state === "failed" && outcome.error.name === REPORT_REFUSED;
}

/** Refused because of what the attempt is, not because of what was said. */
function isAboutAttempt({ code, status }: DoorRefused): boolean {
  return code.startsWith("execution.") || code.startsWith("credentials.") || status === 404;
}
