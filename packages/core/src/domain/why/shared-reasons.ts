import type { RunSnapshot } from "../snapshot.ts";
import type { WhyReason } from "./reason.ts";

/** No scheduler is at work: nothing moves at all. */
export function schedulerDownReason(): WhyReason {
  return {
    code: "scheduler_down",
    summary: "No scheduler is running.",
    fix: "Start `windlass up`; everything goes on where it stands.",
  };
}

/** The Dag is paused: nothing of it starts. */
export function pausedReason(run: RunSnapshot): WhyReason {
  return {
    code: "dag_paused",
    summary: `The Dag "${run.dagId}" is paused, so nothing of it starts.`,
    fix: `Unpause "${run.dagId}".`,
  };
}
