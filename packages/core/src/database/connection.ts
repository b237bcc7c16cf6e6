import { setTimeout as delay } from "node:timers/promises";
import { invariant } from "@windlass/contract";
import pg from "pg";
import type { SessionOptions } from "./client-settings.ts";
import { clientSettings } from "./client-settings.ts";
import { connectionUrl } from "./connection-url.ts";
import { DatabaseError, isUnavailable, translateError } from "./database-error.ts";
import { Listener } from "./listener.ts";
import { isStalePlan, runStatement } from "./run-statement.ts";
import { endedCleanly, runTransaction } from "./run-transaction.ts";
import type { ConnectionParts, Database, Transaction } from "./sql.ts";

/** How to reach a database, and how patient to be with it. Either `url` or `connection` is given. */
export interface DatabaseOptions {
  readonly url?: string | undefined;
  readonly connection?: ConnectionParts | undefined;
  /** Most connections at a time. @defaultValue 10 */
  readonly poolSize?: number;
  /** Milliseconds after which a connection that nobody uses ends, but for a few. @defaultValue 4000 */
  readonly idleConnectionMs?: number;
  /** Shown in `pg_stat_activity`. @defaultValue "windlass" */
  readonly applicationName?: string;
  /** Milliseconds a statement may take; 0 is for ever. @defaultValue 30000 */
  readonly statementTimeoutMs?: number;
  /** Milliseconds a statement may wait for a lock. @defaultValue 5000 */
  readonly lockTimeoutMs?: number;
  /** Milliseconds to wait for a server that is not there (a restart takes about 1.5 s) before `unavailable`. @defaultValue 5000 */
  readonly connectPatienceMs?: number;
  /** How often a transaction is tried in all. @defaultValue 6 */
  readonly transactionTries?: number;
  /** In [0, 1), spreads retries. @defaultValue Math.random */
  readonly random?: () => number;
  /** Hears of lost connections and failing subscribers; statements in flight report their own errors. @defaultValue nothing */
  readonly onError?: (error: unknown) => void;
}

/** Opens a pool; no connection is made before the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const url = options.url ?? (options.connection && connectionUrl(options.connection));
  invariant(url !== undefined, "a database needs a url or the parts of a connection");
  return new PooledDatabase(url, options);
}

const RETRY_BASE_MS = 4;
const CONNECT_RETRY_MS = 50;
// A connection holds 2 to 4 MB at the server, more with every statement it has prepared. The last used ones are lent first, so that under a steady load
// only those end which a burst had needed; a few stay for whoever comes first after a quiet time.
const IDLE_CONNECTION_MS = 4_000;
const KEPT_CONNECTIONS = 3;

class PooledDatabase implements Database {
  readonly url: string;
  readonly #pool: pg.Pool;
  readonly #listener: Listener;
  readonly #tries: number;
  readonly #patienceMs: number;
  readonly #random: () => number;
  #closing: Promise<void> | undefined;

  constructor(url: string, options: DatabaseOptions) {
    const session: SessionOptions = {
      url,
      applicationName: options.applicationName ?? "windlass",
      statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
      lockTimeoutMs: options.lockTimeoutMs ?? 5_000,
    };
    const onError = options.onError ?? (() => undefined);
    this.url = url;
    this.#pool = new pg.Pool({
      ...clientSettings(session),
      pipeline: true,
      max: options.poolSize ?? 10,
      min: Math.min(KEPT_CONNECTIONS, options.poolSize ?? 10),
      idleTimeoutMillis: options.idleConnectionMs ?? IDLE_CONNECTION_MS,
    });
    // An emitter without this listener takes the process down: the pool's for idle connections, the client's for lent ones.
    this.#pool.on("error", onError);
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
    this.#listener = new Listener(session, onError);
    this.#tries = options.transactionTries ?? 6;
    this.#patienceMs = options.connectPatienceMs ?? 5_000;
    this.#random = options.random ?? Math.random;
  }

  async query<Row>(text: string, params?: readonly unknown[]): Promise<Row[]> {
    return (await this.#statement(text, params)).rows as Row[];
  }

  async execute(text: string, params?: readonly unknown[]): Promise<number> {
    return (await this.#statement(text, params)).rowCount ?? 0;
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#lend((client) => runTransaction(client, work));
      } catch (error) {
        if (tried >= this.#tries || !deservesAnotherTry(error, tried)) throw error;
        await delay(RETRY_BASE_MS * 2 ** tried * (0.5 + this.#random()));
      }
    }
  }

  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>> {
    return this.#patiently(() => this.#listener.subscribe(channel, onNotify));
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.#statement("SELECT pg_notify($1, $2)", [channel, payload]);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#pool.end(), this.#listener.close()]).then(() => undefined);
    return this.#closing;
  }

  async #statement(text: string, params: readonly unknown[] | undefined): Promise<pg.QueryResult> {
    try {
      return await this.#lend((client) => runStatement(client, text, params));
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      return this.#lend((client) => runStatement(client, text, params));
    }
  }

  async #lend<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#patiently(() => this.#pool.connect());
    let broken = false;
    try {
      return await use(client);
    } catch (error) {
      broken = isUnavailable(error) || isStalePlan(error);
      throw error;
    } finally {
      client.release(broken || !endedCleanly(client));
    }
  }

  /** Nothing has been sent yet, so trying again is safe however often. */
  async #patiently<T>(connect: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#patienceMs;
    for (;;) {
      try {
        return await connect();
      } catch (error) {
        const translated = translateError(error, false);
        if (this.#closing || !isUnavailable(translated) || performance.now() >= deadline) throw translated;
        await delay(CONNECT_RETRY_MS);
      }
    }
  }
}

function deservesAnotherTry(error: unknown, tried: number): boolean {
  if (isStalePlan(error)) return tried === 1;
  return error instanceof DatabaseError && (error.kind === "conflict" || error.kind === "lock_timeout");
}
