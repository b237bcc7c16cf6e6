import { isTerminalState } from "@windlass/contract";
import { DecisionPass } from "../decision-pass.ts";
import type { RunSnapshot } from "../snapshot.ts";
import type { Advance } from "../transition.ts";

/**
 * A queued run of a backfill that is cancelled: it has failed, and what it has not begun is skipped, teardowns too, since there is nothing that they
 * would have to clean up. A run that is not queued any more goes on.
 */
export function cancelQueuedRun(snapshot: RunSnapshot): Advance {
  const pass = new DecisionPass(snapshot);
  if (snapshot.state === "queued") {
    for (const index of pass.indexesWhere((state) => !isTerminalState(state))) {
      const begun = ["running", "restarting", "deferred", "up_for_reschedule"].includes(pass.stateOf(index) ?? "");
      pass.move(index, begun ? "failed" : "skipped", "backfill_cancelled");
    }
    pass.moveRun("failed", "backfill_cancelled");
  }
  return { transitions: pass.transitions, nextCheckAt: null };
}
