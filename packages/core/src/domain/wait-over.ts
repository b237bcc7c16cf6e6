import type { AttemptCarry, Instant, TriggerEvent } from "@windlass/contract";
import type { DecisionPass } from "./decision-pass.ts";

/** Lets a deferred task instance go on in the same try when its moment, or the end of its patience, has come; it is told which of both. */
export function endWait(pass: DecisionPass, index: number, now: Instant): void {
  const { notBefore, trigger, carry, startDate } = pass.instance(index);
  if (notBefore === null || notBefore > now || !trigger) return;
  const isTimeout = notBefore < trigger.moment;
  const event: TriggerEvent = isTimeout ? { kind: "timeout" } : { kind: "event", payload: { moment: trigger.moment } };
  const before: AttemptCarry = carry ?? { since: startDate ?? now, polls: 0, events: [] };
  pass.move(index, "scheduled", isTimeout ? "deferral_timed_out" : "trigger_fired", {
    carry: { ...before, events: [...before.events, event] },
  });
}
