import type { Fault } from "./fault.ts";

/** What a task itself wrote into its own file, which the product never reads. */
export interface LedgerEntry {
  readonly what: "start" | "alive" | "end";
  readonly attemptId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Invariant 1: no attempt began twice. */
export function startedTwice(
  ledger: readonly { readonly what: string; readonly attemptId: string }[],
): readonly Fault[] {
  const starts = Map.groupBy(
    ledger.filter(({ what }) => what === "start"),
    ({ attemptId }) => attemptId,
  );
  return [...starts].flatMap(([attemptId, each]) =>
    each.length > 1 ? [{ invariant: "h01_started_twice", row: { attemptId, starts: each.length } }] : [],
  );
}

/** An attempt as the database has it. */
export interface EndedAttempt {
  readonly attemptId: string;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

/** Invariant 14: of an attempt that a hand, or the end of its lease, has ended, nothing runs any more when grace and kill are over. */
export function ranPastItsEnd(
  ledger: readonly LedgerEntry[],
  ended: readonly EndedAttempt[],
  boundMs: number,
): readonly Fault[] {
  const ends = new Map(ended.map(({ attemptId, endedAt }) => [attemptId, endedAt]));
  return ledger
    .filter(({ attemptId, at }) => at > (ends.get(attemptId) ?? Infinity) + boundMs)
    .map((row) => ({ invariant: "h14_ran_past_its_end", row }));
}

/** Invariant 2: no two attempts of one task instance ran at the same moment. @param of the task instance of an attempt */
export function ranAtOnce(
  ledger: readonly LedgerEntry[],
  of: (attemptId: string) => string | undefined,
): readonly Fault[] {
  const spans = [...Map.groupBy(ledger, ({ attemptId }) => attemptId)].map(([attemptId, entries]) => ({
    attemptId,
    of: of(attemptId),
    from: Math.min(...entries.map(({ at }) => at)),
    to: Math.max(...entries.map(({ at }) => at)),
  }));
  return spans.flatMap((one, index) =>
    spans
      .slice(index + 1)
      .filter((other) => one.of !== undefined && one.of === other.of && one.from < other.to && other.from < one.to)
      .map((other) => ({ invariant: "h02_ran_at_once", row: { one, other } })),
  );
}
