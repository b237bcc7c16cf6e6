import type { Clock, ConfigValues, ConnectionValue, TimetableAnswer, TimetableAsk } from "@windlass/contract";
import type { Database } from "../database/sql.ts";
import type { AccountCache } from "./accounts/account-cache.ts";
import type { BasicCache } from "./accounts/basic-cache.ts";
import type { SchemeUseLog } from "./accounts/scheme-use-log.ts";
import type { TokenSigner } from "./accounts/token-signer.ts";
import type { TaskTokens } from "./attempts/task-tokens.ts";
import type { DagCache } from "./dag-cache.ts";
import type { XcomObjects } from "../store/xcom-objects/xcom-objects.ts";
import type { RefusalLog } from "./refusal-log.ts";
import type { RunWriter } from "./runs/run-writer.ts";
import type { SecretBox } from "./secret-box.ts";

/** A source of random bytes; production hands in the machine's, tests one with a seed. */
export interface Randomness {
  /** So many random bytes. */
  bytes(count: number): Uint8Array;
}

/** What the engine in this process wants to hear, after the commit. Nothing is lost where nobody listens: the engine also looks by itself. */
export interface EngineSignals {
  /** Runs were made; keys of their rows. */
  runsCreated(dagRunIds: readonly number[]): void;
  /** A run was changed by hand: patched, cleared, deleted. */
  runChanged(dagRunId: number): void;
  /** A Dag was paused, unpaused or deleted. */
  dagChanged(dagId: string): void;
  /** A Dag file is to be parsed again although it did not change: a Dag of it was deleted, or somebody asked. Its path relative to the Dags folder. */
  parseAgain(relativeFileloc: string): void;
  /** Events of assets came for which these Dags wait. */
  assetEventsQueued(dagIds: readonly string[]): void;
  /** A pool was made, changed or deleted. */
  poolChanged(name: string): void;
  /** These attempts lost their permission; their processes are to be ended. */
  cancelAttempts(attemptIds: readonly string[]): void;
  /** A request was refused and its row is stored. */
  refused(requestId: string): void;
}

/** Asks the functions of a custom timetable, which run in the parser's child alone. */
export interface TimetablePort {
  /** @returns undefined where this process has no parser, or the bundle is gone */
  ask(
    of: { readonly dagId: string; readonly file: string; readonly bundleHash: string },
    ask: TimetableAsk,
  ): Promise<TimetableAnswer | undefined>;
}

/** Uses a connection once, with its credentials. @returns false where there is no client for its type @throws whatever the client says */
export type TryConnection = (connection: ConnectionValue, signal: AbortSignal) => Promise<boolean>;

/** Everything a use case works with. Made once for a process by `createActionContext`. */
export interface ActionContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly config: ConfigValues;
  readonly signals: EngineSignals;
  readonly secretBox: SecretBox;
  readonly dags: DagCache;
  readonly accounts: AccountCache;
  readonly basicCache: BasicCache;
  readonly tokens: TokenSigner;
  readonly taskTokens: TaskTokens;
  readonly schemeUse: SchemeUseLog;
  readonly runs: RunWriter;
  readonly refusals: RefusalLog;
  /** Where XComs are kept that are too large for the database; undefined where they are refused. */
  readonly xcomObjects?: XcomObjects | undefined;
  readonly timetables: TimetablePort;
  readonly tryConnection: TryConnection;
  /** The process's environment: `AIRFLOW_CONN_*`, `AIRFLOW_VAR_*`, and what Dags may declare in `requires.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
