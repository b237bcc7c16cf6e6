import { type HumanTrigger, waitedFor } from "@windlass/contract";
import type { TaskInstanceSnapshot } from "../snapshot.ts";
import type { WhyReason } from "./reason.ts";

/** What a task instance without a worker waits for, and until when. */
export function waitReason({ trigger, notBefore }: TaskInstanceSnapshot): WhyReason {
  const until = notBefore ?? (trigger?.kind === "moment" ? trigger.moment : null);
  const atLongest = trigger?.kind === "moment" && until === trigger.moment ? null : until;
  const limit = atLongest === null ? "" : `, until ${atLongest} at the longest`;
  const end = until === null ? {} : { until };
  if (trigger?.kind === "human") return { ...humanReason(trigger, atLongest), ...end };
  return {
    code: "deferred",
    summary: trigger
      ? `It waits, without a worker, for ${waitedFor(trigger)}${limit}.`
      : "It waits for its trigger's event.",
    fix: "Nothing is needed: it goes on in the same try. Clear the task instance to begin it anew.",
    ...end,
  };
}

function humanReason({ request, askedAt }: HumanTrigger, until: string | null): WhyReason {
  const { subject, options, defaults, assignedUsers } = request;
  const who = assignedUsers.length === 0 ? "anybody who may" : assignedUsers.map(({ name }) => name).join(" or ");
  const since = askedAt === undefined ? "" : ` since ${askedAt}`;
  const after =
    until === null
      ? ""
      : ` At ${until} ${defaults === null ? "the wait fails with a time-out" : `${defaults.join(", ")} is taken as the answer`}.`;
  return {
    code: "awaiting_input",
    summary: `It waits${since} for ${who} to answer "${subject}" with ${options.join(" or ")}.${after}`,
    fix: "Answer under Required actions, or with `windlass human answer`.",
  };
}
