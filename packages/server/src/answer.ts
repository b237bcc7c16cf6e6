import type { DecisionWarning } from "@windlass/contract";

/** What an operation answers when it does not refuse. */
export interface Answer {
  readonly status: number;
  /** JSON, unless `type` says otherwise; undefined: no body. */
  readonly body?: unknown;
  /** Media type; null: none at all. @defaultValue application/json */
  readonly type?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  /** Sent as it comes, instead of `body`. */
  readonly stream?: AsyncIterable<string | Uint8Array>;
  readonly warnings?: readonly DecisionWarning[];
  /** The answer is that of an earlier request with the same `Idempotency-Key`. */
  readonly replayed?: boolean;
}

/** 200 with JSON. */
export function ok(body: unknown, more: Partial<Answer> = {}): Answer {
  return { status: 200, body, ...more };
}
