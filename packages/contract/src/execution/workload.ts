import type { JsonValue } from "../json.ts";
import { type Instant, parseInstant } from "../time.ts";
import type { AttemptContext } from "./attempt.ts";

/** An attempt as a worker is given it: what every attempt is told, and how to get and report the rest. */
export interface Workload {
  readonly attempt: Omit<AttemptContext, "bundle" | "logPath" | "env">;
  /** SHA-256 of the bundle; its bytes are fetched with the token and checked against it. */
  readonly bundleHash: string;
  /** Names of environment variables that the Dag declares; their values are the worker's own. */
  readonly env: readonly string[];
  /** The most bytes of log that are taken. */
  readonly maxLogBytes: number;
  readonly queue: string;
  /** The higher, the sooner, among those that wait for a process. */
  readonly priority: number;
  /** Opens this attempt's own doors, nothing else, as long as it may run; `Refreshed-API-Token` of an answer takes its place. */
  readonly token: string;
}

/** What a worker tells and asks when it polls. */
export interface WorkerPoll {
  /** This start of this worker (uuid). */
  readonly worker_id: string;
  readonly hostname: string;
  readonly pid: number;
  readonly version: string;
  readonly queues: readonly string[];
  readonly parallelism: number;
  /** Attempts that it would take now. */
  readonly free: number;
  /** Attempts that it runs: it is told which of them have lost their permission. */
  readonly attempts: readonly string[];
  /** How long the answer may be held back until there is something to tell. */
  readonly wait_seconds: number;
}

/** What a poll is answered with. */
export interface WorkerOrders {
  readonly workloads: readonly Workload[];
  /** Of the attempts that were named: those that may not run any more. */
  readonly revoked: readonly string[];
  /** How long a heartbeat holds. */
  readonly lease_seconds: number;
  /** The moment of now: workers go by the installation's clock. */
  readonly now: Instant;
}

/** Reads the answer to a poll; undefined where it is none. The server is trusted with its content: it decides what runs. */
export function readWorkerOrders(value: JsonValue): WorkerOrders | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { workloads, revoked, lease_seconds, now: told } = value as unknown as Partial<WorkerOrders>;
  const now = typeof told === "string" ? parseInstant(told) : undefined;
  if (!Array.isArray(workloads) || !Array.isArray(revoked) || typeof lease_seconds !== "number" || !now)
    return undefined;
  return { workloads, revoked, lease_seconds, now };
}
