import type { JsonValue } from "@windlass/contract/browser";

/** A row of the refused-requests log. */
export interface RefusedRequest {
  readonly id: number | string;
  readonly request_id: string;
  readonly at: string;
  readonly account_name: string | null;
  readonly credential_kind: string | null;
  readonly credential_id: string | null;
  readonly door: string;
  readonly method: string;
  readonly path: string;
  readonly route: string | null;
  readonly status: number;
  readonly code: string;
  readonly summary: string;
  readonly reason: string;
  readonly fix: string;
  readonly dag_id: string | null;
  readonly refusals?: readonly JsonValue[];
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>> | null;
    readonly body?: JsonValue;
  } | null;
  readonly corrected: { readonly method: string; readonly path: string; readonly body?: JsonValue } | null;
}

/** How often a cause occurred. */
export interface CodeCount {
  readonly code: string;
  readonly count: number;
  readonly last_at: string;
}

/** Page of the log. */
export interface RefusedPage {
  readonly refusals: readonly RefusedRequest[];
  readonly total_entries: number;
  readonly by_code: readonly CodeCount[];
}
