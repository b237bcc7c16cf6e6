import type { JsonValue } from "@windlass/contract/browser";

/** A request that would mend a refusal or a warning. */
export interface SuggestedRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonValue;
}

/** A "no" as every dialect tells it. */
export interface Refusal {
  readonly code: string;
  readonly summary: string;
  readonly reason: string;
  readonly fix: string;
  readonly docs?: string;
  readonly pointer?: string;
  readonly expected?: JsonValue;
  readonly actual?: JsonValue;
  readonly missing?: readonly string[];
  readonly suggestedRequest?: SuggestedRequest;
  readonly retryAfterSeconds?: number;
}

/** Something to know about an allowed request. */
export interface Warning {
  readonly code: string;
  readonly summary: string;
  readonly fix: string;
  readonly offer?: SuggestedRequest;
}

/** A request was refused, or never reached the server. Carries everything the screens show about it. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly refusals: readonly [Refusal, ...Refusal[]];
  readonly requestId: string | null;

  constructor(status: number, refusals: readonly [Refusal, ...Refusal[]], requestId: string | null) {
    super(`${refusals[0].code}: ${refusals[0].reason}`);
    this.status = status;
    this.refusals = refusals;
    this.requestId = requestId;
  }
}

/** What a screen shows for anything that was thrown. */
export function asRefused(error: unknown): RefusedError {
  if (error instanceof RefusedError) return error;
  return new RefusedError(
    0,
    [
      {
        code: "ui.unexpected",
        summary: "This page met something it does not expect",
        reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        fix: "Reload the page. If it happens again, report it with this text.",
      },
    ],
    null,
  );
}
