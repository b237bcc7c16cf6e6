import { isDeepStrictEqual } from "node:util";
import type { Fault } from "./fault.ts";

/** Invariant 16: what was acknowledged is there. @param names of what was acknowledged, and of what is stored */
export function lostAcknowledged(acknowledged: Iterable<string>, stored: Iterable<string>): readonly Fault[] {
  const there = new Set(stored);
  return [...acknowledged].flatMap((name) => (there.has(name) ? [] : [{ invariant: "h16_lost", row: { name } }]));
}

/** A request that was sent again under its key, with the answer that came, if one did. */
export interface RepeatedRequest {
  readonly key: string;
  readonly answer: unknown;
}

/** Invariant 17: all answers to one key are the same. */
export function answeredDifferently(requests: readonly RepeatedRequest[]): readonly Fault[] {
  const answered = requests.filter(({ answer }) => answer !== undefined);
  return [...Map.groupBy(answered, ({ key }) => key)].flatMap(([key, each]) =>
    each.some(({ answer }) => !isDeepStrictEqual(answer, each[0]?.answer))
      ? [{ invariant: "h17_answered_differently", row: { key, answers: each.map(({ answer }) => answer) } }]
      : [],
  );
}
