import {
  type AttemptCarry,
  type HumanAnswer,
  type HumanTrigger,
  type Instant,
  type JsonValue,
  type SerializedTrigger,
  type TriggerEvent,
} from "@windlass/contract";
import type { DecisionPass } from "./decision-pass.ts";
import type { TransitionReason } from "./transition.ts";

/** Lets a waiting task instance go on in the same try, told what ended its wait. */
export function goOnAfterWait(
  pass: DecisionPass,
  index: number,
  event: TriggerEvent,
  reason: TransitionReason,
  now: Instant,
): void {
  const { carry, startDate } = pass.instance(index);
  const before: AttemptCarry = carry ?? { since: startDate ?? now, polls: 0, events: [] };
  pass.move(index, "scheduled", reason, { carry: { ...before, events: [...before.events, event] } });
}

/**
 * Ends a wait by the clock: its moment has come, or the end of its patience. A person who was asked and has not answered in time is answered for by the
 * defaults, where there are any.
 */
export function endWait(pass: DecisionPass, index: number, now: Instant): void {
  const { notBefore, trigger } = pass.instance(index);
  if (notBefore === null || notBefore > now || !trigger) return;
  const defaults = trigger.kind === "human" ? defaultAnswer(trigger, now) : null;
  if (defaults) goOnAfterWait(pass, index, { kind: "event", payload: asPayload(defaults) }, "human_defaulted", now);
  else if (trigger.kind === "moment" && notBefore >= trigger.moment)
    goOnAfterWait(pass, index, { kind: "event", payload: { moment: trigger.moment } }, "trigger_fired", now);
  else goOnAfterWait(pass, index, { kind: "timeout" }, "deferral_timed_out", now);
}

/** When a wait ends by the clock at the latest; null: only its event ends it. */
export function waitEndsAt(trigger: SerializedTrigger, givenUpAt: Instant | null): Instant | null {
  if (trigger.kind !== "moment") return givenUpAt;
  return givenUpAt !== null && givenUpAt < trigger.moment ? givenUpAt : trigger.moment;
}

/** What counts where nobody answered in time; null: nothing does. Form fields keep the values that they were shown with. */
function defaultAnswer({ request }: HumanTrigger, now: Instant): HumanAnswer | null {
  if (request.defaults === null) return null;
  const input = Object.entries(request.params).map(([name, { value }]) => [name, value] as const);
  return {
    chosen_options: request.defaults,
    params_input: Object.fromEntries(input),
    responded_at: now,
    responded_by_user: null,
    timedout: true,
  };
}

/** An answer as the event that the waiting attempt gets. */
export function asPayload(answer: HumanAnswer): JsonValue {
  const { chosen_options, responded_by_user } = answer;
  return {
    ...answer,
    chosen_options: [...chosen_options],
    responded_by_user: responded_by_user === null ? null : { ...responded_by_user },
  };
}
