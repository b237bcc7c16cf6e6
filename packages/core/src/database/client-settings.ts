import type pg from "pg";
import { typeParsers } from "./type-parsers.ts";

/** What every connection of the program agrees on with the server. */
export interface SessionOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Milliseconds after which the server gives a statement up; 0 is never. */
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

// A server that stopped answering altogether (half-open connection) is given up this much after it should have given up by itself.
const SILENCE_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 60_000;

/** Settings of a driver's client; all of a session are sent with the first packet, so they cost no round trip. */
export function clientSettings(options: SessionOptions): pg.ClientConfig {
  return {
    connectionString: options.url,
    application_name: options.applicationName,
    options:
      "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c extra_float_digits=1 -c client_min_messages=warning",
    types: typeParsers,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 10_000,
    lock_timeout: options.lockTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    ...(options.statementTimeoutMs > 0
      ? { statement_timeout: options.statementTimeoutMs, query_timeout: options.statementTimeoutMs + SILENCE_MS }
      : {}),
  };
}
