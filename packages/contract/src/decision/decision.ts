import type { Refusal } from "../refusals/refusal.ts";

/** Something a caller should know although the request was allowed: it cannot start now, or it used an old name. */
export interface DecisionWarning {
  /** A code from the closed list of warnings. */
  readonly code: string;
  /** One sentence on what the caller should know. */
  readonly summary: string;
  /** What to do about it. */
  readonly fix: string;
  /** A request that would mend it, such as unpausing the Dag. */
  readonly offer?: SuggestedRequest;
}

/** A request that the caller could send as it stands (credentials left out). */
export interface SuggestedRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** What `decide` answers: a plan that can be executed, or every reason why not, first the one the dialect names. */
export type Decision<Plan> =
  | { readonly allowed: true; readonly plan: Plan; readonly warnings: readonly DecisionWarning[] }
  | { readonly allowed: false; readonly refusals: readonly [Refusal, ...Refusal[]] };
