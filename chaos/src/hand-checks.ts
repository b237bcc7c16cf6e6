import type { Hand } from "./load.ts";
import { nameOf, runKey } from "./names.ts";
import type { Stored, StoredEvent } from "./stored.ts";

// What was answered was committed before, by a clock that is a little off.
const SLACK_MS = 2_000;
const BY_HAND = new Set(["marked", "cleared", "run_ended"]);

/** What an API server answered well to a person has the effect that was promised. */
export function handsWithoutEffect(
  hands: readonly Hand[],
  { runs, events }: Stored,
  deleted: ReadonlySet<string>,
): readonly string[] {
  const there = new Set(runs.map(runKey));
  const byRun = Map.groupBy(events, runKey);
  return hands.flatMap((hand) => {
    const key = runKey(hand);
    const what = `${hand.kind}${hand.state === null ? "" : ` ${hand.state}`} of ${key}${hand.kind === "end" || hand.kind === "delete" ? "" : `/${hand.taskId}`}`;
    if (hand.kind === "delete") return there.has(key) ? [`${what} was acknowledged, and the run is there`] : [];
    if (deleted.has(key)) return [];
    const its = (byRun.get(key) ?? []).filter(
      ({ taskId, mapIndex }) =>
        taskId === (hand.kind === "end" ? null : hand.taskId) && (mapIndex === null || mapIndex < 0),
    );
    return hasEffect(hand, its) ? [] : [`${what} was acknowledged, and nothing came of it`];
  });
}

/** @param its changes of what the hand was laid on, in their order */
function hasEffect(hand: Hand, its: readonly StoredEvent[]): boolean {
  const during = its.filter(
    ({ committedMs }) => committedMs >= hand.fromMs - SLACK_MS && committedMs <= hand.toMs + SLACK_MS,
  );
  const before = its.filter(({ committedMs }) => committedMs < hand.fromMs).at(-1)?.to ?? null;
  if (hand.kind === "clear") {
    // What is to begin anew already needs nothing more.
    return (
      before === null || before === "restarting" || during.some(({ reason, to }) => reason === "cleared" || to === null)
    );
  }
  return during.some(({ reason, to }) => reason === "marked" && to === hand.state) || before === hand.state;
}

/** Once a hand has ended an attempt, whatever that attempt came to changes nothing but that its task instance may begin anew. */
export function acceptedAfterHand(events: readonly StoredEvent[]): readonly string[] {
  const ended = new Map<string, StoredEvent>();
  return events.flatMap((event) => {
    const { attemptId, taskId, mapIndex, to, reason } = event;
    if (attemptId === null || taskId === null) return [];
    const by = ended.get(attemptId);
    if (BY_HAND.has(reason) && by === undefined) {
      ended.set(attemptId, event);
      return [];
    }
    if (by === undefined || to === null || BY_HAND.has(reason)) return [];
    const name = nameOf({ ...event, taskId, mapIndex: mapIndex ?? -1 });
    return [`${name} became ${to} (${reason}) by ${attemptId}, which a hand had ended before (${by.reason})`];
  });
}
