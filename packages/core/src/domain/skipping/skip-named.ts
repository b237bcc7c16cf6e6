import { DecisionPass } from "../decision-pass.ts";
import type { RunSnapshot } from "../snapshot.ts";
import type { Advance } from "../transition.ts";
import { OPEN_TO_SKIPS } from "./skip-in-pass.ts";

/** Skips task instances that a running task names one by one; those that have begun or are over are left alone, and unknown ones passed over. */
export function skipNamed(
  snapshot: RunSnapshot,
  named: readonly { readonly taskId: string; readonly mapIndex: number }[],
): Advance {
  const pass = new DecisionPass(snapshot);
  for (const { taskId, mapIndex } of named) {
    for (const index of pass.instancesAt(snapshot.graph.position.get(taskId) ?? -1)) {
      if (pass.instance(index).mapIndex === mapIndex && OPEN_TO_SKIPS.includes(pass.stateOf(index)))
        pass.move(index, "skipped", "branch_skipped");
    }
  }
  return { transitions: pass.transitions, nextCheckAt: null };
}
