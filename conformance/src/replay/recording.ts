/**
 * A recording: scenarios of HTTP steps together with what a real Airflow answered, in normal form (see normalise.ts).
 * The files below `recordings/` are data; their shape is fixed by the tool that recorded them.
 */
import { readFileSync } from "node:fs";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What Airflow answered to one step. */
export interface RecordedAnswer {
  readonly status: number;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly text?: string;
}

/** One request of a scenario. */
export interface Step {
  /** Method, one space, path with query. */
  readonly do: string;
  /** The account that calls; `admin` when absent. */
  readonly as?: string;
  /** A set-up or clean-up step: made, but not compared. */
  readonly quiet?: boolean;
  readonly body?: Json;
  /** The body's very bytes, instead of `body`. */
  readonly raw?: string;
  /** Extra request headers; null takes one away. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Variable name to JSON pointer into the answer. */
  readonly save?: Readonly<Record<string, string>>;
  /** Repeat until each pointer holds one of the values. */
  readonly until?: Readonly<Record<string, readonly Json[]>>;
  /** Seconds that `until` may take. */
  readonly within?: number;
  /** JSON pointers that are not looked at, `*` for any one segment. */
  readonly ignore?: readonly string[];
  /** The order of lists does not matter. */
  readonly unordered?: boolean;
  readonly mayAdd?: readonly string[];
  /** Compare plain text too. */
  readonly keepText?: boolean;
  readonly sameHeaders?: readonly string[];
  readonly got: RecordedAnswer;
}

export interface Scenario {
  readonly id: string;
  readonly why?: string;
  readonly steps: readonly Step[];
}

export type Dialect = "v1" | "v2";

export interface Recording {
  readonly dialect: Dialect;
  readonly recordedAt?: string;
  readonly scenarios: readonly Scenario[];
}

/** Reads one recording from disk; errors are those of the file system and of JSON.parse. */
export function readRecording(file: string): Recording {
  return JSON.parse(readFileSync(file, "utf8")) as Recording;
}
