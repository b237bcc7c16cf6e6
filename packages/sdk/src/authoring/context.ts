import { AsyncLocalStorage } from "node:async_hooks";
import type { Instant, JsonObject, JsonValue, RunType, TriggeredBy } from "@windlass/contract";
import { InvariantError } from "@windlass/contract";
import type { Asset, AssetAlias } from "./asset.ts";
import type { AssetEvent, InletEventOptions, OutletEvents } from "./asset-events.ts";
import type { TaskClient } from "./client.ts";
import type { ParamsSource, ParamValues } from "./params.ts";

/** Writes structured log lines of a task: a message, and fields that can be searched. */
export interface TaskLog {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warning(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The run that a task belongs to. Moments are text in UTC with microseconds: `2026-01-01T06:00:00.000000Z`. */
export interface TaskRun {
  readonly dagId: string;
  readonly runId: string;
  readonly runType: RunType;
  readonly triggeredBy: TriggeredBy;
  /** The moment the run stands for; null where it stands for none. */
  readonly logicalDate: Instant | null;
  readonly dataIntervalStart: Instant | null;
  readonly dataIntervalEnd: Instant | null;
  readonly runAfter: Instant;
  readonly startDate: Instant | null;
  /** What the caller sent. */
  readonly conf: JsonObject;
  /** The partition that the run stands for; null or left out where it stands for none. */
  readonly partitionKey?: string | null;
}

/** Everything a handler can know about the attempt it is part of. */
export interface TaskContext<P = Record<string, unknown>> {
  readonly dagId: string;
  readonly taskId: string;
  readonly runId: string;
  /** -1 where the task is not mapped. */
  readonly mapIndex: number;
  /** 1 for the first try. */
  readonly tryNumber: number;
  /** Tries there may be in all. */
  readonly maxTries: number;
  /** Changes with every attempt, even of the same try. */
  readonly attemptId: string;
  readonly dagRun: TaskRun;
  /** The Dag's params: defaults overlaid with what the caller sent, checked against their schema. */
  readonly params: P;
  /** The values of the handler's inputs. */
  readonly inputs: { readonly [name: string]: JsonValue };
  /** Fires when the attempt is cancelled or exceeds its `executionTimeout`. Hand it to `fetch` and everything else that takes one. */
  readonly signal: AbortSignal;
  /** The environment that commands get: the runner's fixed few (`PATH`, `HOME` …) and what the Dag declares under `requires.env`. */
  readonly env: { readonly [name: string]: string };
  readonly log: TaskLog;
  readonly client: TaskClient;
  /** What the task says of the events of its outlets, and how it fills aliases. */
  readonly outletEvents: OutletEvents;
  /** The asset events that made the run, the oldest first; none where it was made otherwise. */
  triggeringAssetEvents(): Promise<readonly AssetEvent[]>;
  /** Events of an asset, or of what came through an alias, the oldest first. */
  inletEvents(of: Asset | AssetAlias, options?: InletEventOptions): Promise<readonly AssetEvent[]>;
}

/** The params' values of a Dag, a params schema or a values' type. */
export type ContextParams<D> = D extends { readonly dagId: string; readonly paramsType?: infer P extends ParamsSource }
  ? ParamValues<P>
  : D;

// On globalThis, so that a bundle with a second copy of this module sees the same context.
const STORE: unique symbol = Symbol.for("windlass.context");
type Holder = { [STORE]?: AsyncLocalStorage<TaskContext> };

/** The storage that carries the context through everything a handler calls. @internal */
export function contextStorage(): AsyncLocalStorage<TaskContext> {
  const holder = globalThis as Holder;
  return (holder[STORE] ??= new AsyncLocalStorage<TaskContext>());
}

/**
 * The context of the attempt that is running, from anywhere in a handler or in what it calls, also after an `await`.
 * @example const { params, signal } = getContext<typeof dag>();
 * @throws InvariantError outside of a handler: at the top level of the file there is no attempt yet
 */
export function getContext<D = Record<string, unknown>>(): TaskContext<ContextParams<D>> {
  const context = contextStorage().getStore();
  if (context === undefined) {
    throw new InvariantError("getContext() and getClient() work only while a task runs: call them inside a handler.");
  }
  return context as TaskContext<ContextParams<D>>;
}

/**
 * The client of the attempt that is running: connections, variables, XComs.
 * @throws InvariantError outside of a handler
 */
export function getClient(): TaskClient {
  return getContext().client;
}
