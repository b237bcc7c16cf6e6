import type { Dialect, Refusal } from "../refusals/refusal.ts";

/** At which step of Airflow's own checks a refusal would come. `body`: the framework's schema; `fields`: the checks after the object was found. */
export const VERDICT_PHASES = [
  "identity",
  "origin",
  "media",
  "body",
  "permission",
  "existence",
  "state",
  "fields",
  "conflict",
  "run",
  "params",
  "requirements",
  "limits",
  "idempotency",
] as const;

/** A step of the checks. */
export type VerdictPhase = (typeof VERDICT_PHASES)[number];

/** One "no" with the step it belongs to; `decide` collects them all. */
export interface Verdict {
  readonly phase: VerdictPhase;
  readonly refusal: Refusal;
}

// facts-v1: framework checks, then rights, Dag, import errors, field checks, duplicates, run id, params. facts-v2: rights, body, Dag, run id, params, duplicates.
const ORDER: Readonly<Record<Dialect, readonly VerdictPhase[]>> = {
  v1: [
    "identity",
    "origin",
    "media",
    "body",
    "permission",
    "existence",
    "state",
    "fields",
    "idempotency",
    "conflict",
    "run",
    "params",
    "requirements",
    "limits",
  ],
  v2: [
    "identity",
    "origin",
    "permission",
    "media",
    "body",
    "fields",
    "existence",
    "state",
    "idempotency",
    "run",
    "params",
    "conflict",
    "requirements",
    "limits",
  ],
  native: [
    "identity",
    "origin",
    "permission",
    "media",
    "body",
    "fields",
    "existence",
    "state",
    "idempotency",
    "run",
    "params",
    "conflict",
    "requirements",
    "limits",
  ],
};

// What may be told to a caller who may not do the action and may not read the Dag either: nothing that depends on what is stored.
const BLIND: readonly VerdictPhase[] = ["identity", "origin", "media", "body", "permission", "fields"];

/**
 * Puts verdicts into the order in which a dialect's Airflow would find them, the first being the answer.
 * @param mayRead whether the caller may read the object; where not, and a right is missing, what depends on stored data is left out
 */
export function orderVerdicts(verdicts: readonly Verdict[], dialect: Dialect, mayRead: boolean): readonly Refusal[] {
  if (verdicts.some(({ phase }) => phase === "identity"))
    return verdicts.filter(({ phase }) => phase === "identity").map(({ refusal }) => refusal);
  const barred = !mayRead && verdicts.some(({ phase }) => phase === "permission");
  const order = ORDER[dialect];
  return verdicts
    .filter(({ phase }) => !barred || BLIND.includes(phase))
    .map((verdict, index) => ({ verdict, index, rank: order.indexOf(verdict.phase) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ verdict }) => verdict.refusal);
}
