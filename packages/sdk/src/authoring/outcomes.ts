import { durationSeconds, type Duration } from "./duration.ts";

// Recognised by a registered symbol instead of instanceof: a bundle that carries a second copy of this file is understood all the same.
const OUTCOME: unique symbol = Symbol.for("windlass.Outcome");

/** Ends the task as failed at once, whatever retries are left: the input is wrong, trying again cannot help. */
export class FailWithoutRetry extends Error {
  override readonly name: string = "FailWithoutRetry";
  readonly [OUTCOME] = "fail" as const;
}

/** Ends the task as skipped. Tasks behind it follow their trigger rules. */
export class SkipTask extends Error {
  override readonly name: string = "SkipTask";
  readonly [OUTCOME] = "skip" as const;

  constructor(reason = "the task asked to be skipped") {
    super(reason);
  }
}

/** Fails this try and asks for the next one after a span of its own, in place of the retry delay: a service said when to come back. */
export class RetryAfter extends Error {
  override readonly name: string = "RetryAfter";
  readonly [OUTCOME] = "retry" as const;
  /** Seconds until the next try; undefined where the duration was not understood (the retry delay counts then). */
  readonly delaySeconds: number | undefined;

  constructor(delay: Duration, message = "the task asked to be tried again later") {
    super(message);
    this.delaySeconds = durationSeconds(delay);
  }
}

/** What an error of a handler asks for. */
export type AskedOutcome =
  | { readonly kind: "error" }
  | { readonly kind: "fail" }
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "retry"; readonly delaySeconds: number | undefined };

/** Reads what a thrown value asks for; anything foreign is a plain error. */
export function askedOutcome(thrown: unknown): AskedOutcome {
  if (!(thrown instanceof Error) || !(OUTCOME in thrown)) return { kind: "error" };
  if (thrown[OUTCOME] === "fail") return { kind: "fail" };
  if (thrown[OUTCOME] === "skip") return { kind: "skip", reason: thrown.message };
  return { kind: "retry", delaySeconds: (thrown as RetryAfter).delaySeconds };
}
