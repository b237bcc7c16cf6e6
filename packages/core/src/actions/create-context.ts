import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { type Clock, type ConfigValues, configValues } from "@windlass/contract";
import type { Database } from "../database/sql.ts";
import { AccountCache } from "./accounts/account-cache.ts";
import { BasicCache } from "./accounts/basic-cache.ts";
import { SchemeUseLog } from "./accounts/scheme-use-log.ts";
import { TokenSigner } from "./accounts/token-signer.ts";
import type { ActionContext, EngineSignals, Randomness, TimetablePort, TryConnection } from "./context.ts";
import { TaskTokens } from "./attempts/task-tokens.ts";
import { DagCache } from "./dag-cache.ts";
import { RefusalLog } from "./refusal-log.ts";
import { openXcomObjects } from "../store/xcom-objects/xcom-objects.ts";
import { resolveConnection } from "./objects/connection-secrets.ts";
import { RunWriter } from "./runs/run-writer.ts";
import { createSecretBox } from "./secret-box.ts";
import type { Monotonic } from "./timed-cache.ts";

/** What the actions of a process are made from. */
export interface ActionContextOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** The installation's secret: tokens are signed and values encrypted with keys derived from it, where the configuration names none. */
  readonly installationSecret: string;
  /** @defaultValue every option at its default */
  readonly config?: ConfigValues;
  /** @defaultValue nobody listens */
  readonly signals?: Partial<EngineSignals>;
  /** The process's environment. @defaultValue empty */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** @defaultValue the machine's */
  readonly random?: Randomness;
  /** Milliseconds that only grow; ages of cached values are measured by it. @defaultValue `performance.now` */
  readonly monotonic?: Monotonic;
  /** @defaultValue nobody to ask: runs by hand get an empty interval, and a backfill of a custom timetable is refused */
  readonly timetables?: TimetablePort;
  /** @defaultValue there is no client of any type */
  readonly tryConnection?: TryConnection;
}

const DEAF: EngineSignals = {
  runsCreated: () => undefined,
  runChanged: () => undefined,
  dagChanged: () => undefined,
  parseAgain: () => undefined,
  poolChanged: () => undefined,
  cancelAttempts: () => undefined,
  assetEventsQueued: () => undefined,
  refused: () => undefined,
};

/** Makes the context that all use cases of a process share. It starts nothing; `closeActionContext` writes what is still buffered. */
export function createActionContext(options: ActionContextOptions): ActionContext {
  const { database, clock, installationSecret } = options;
  const config = options.config ?? configValues();
  const random: Randomness = options.random ?? { bytes: (count) => randomBytes(count) };
  const monotonic: Monotonic = options.monotonic ?? (() => performance.now());
  const signals: EngineSignals = { ...DEAF, ...options.signals };
  const tokenKey =
    config.api_auth.jwt_secret === null
      ? derive(installationSecret, "bearer tokens")
      : createHash("sha256").update(config.api_auth.jwt_secret).digest();
  const boxKeys =
    config.security.encryption_key
      ?.split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "") ?? [];
  const secretBox = createSecretBox(
    boxKeys.length > 0 ? boxKeys : [derive(installationSecret, "secret box").toString("hex")],
    random,
  );
  const environment = options.environment ?? {};
  return {
    database,
    clock,
    random,
    config,
    signals,
    secretBox,
    dags: new DagCache(database, monotonic),
    accounts: new AccountCache(database, monotonic),
    basicCache: new BasicCache(random, monotonic, config.security.basic_cache_seconds),
    tokens: new TokenSigner({ key: tokenKey, clock, random, leewaySeconds: config.api_auth.jwt_leeway }),
    taskTokens: new TaskTokens({
      key: derive(installationSecret, "tokens of attempts"),
      clock,
      lifeSeconds: config.execution_api.jwt_expiration_time,
    }),
    schemeUse: new SchemeUseLog(database),
    runs: new RunWriter(database, (ids) => {
      signals.runsCreated(ids);
    }),
    refusals: new RefusalLog({ database, clock, signals, sensitive: config.core.sensitive_var_conn_names }),
    environment,
    xcomObjects: openXcomObjects({
      config,
      getConnection: async (id) => (await resolveConnection({ secretBox, environment }, database, id)) ?? null,
    }),
    tryConnection: options.tryConnection ?? (() => Promise.resolve(false)),
    timetables: options.timetables ?? { ask: () => Promise.resolve(undefined) },
  };
}

/** Writes what is still buffered: refused requests, uses of schemes. Call it before the database is closed. @throws DatabaseError */
export async function closeActionContext(context: ActionContext): Promise<void> {
  await Promise.all([context.refusals.flush(), context.schemeUse.flush()]);
}

function derive(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", `windlass ${purpose}`, 32));
}
