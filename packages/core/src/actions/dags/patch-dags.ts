import { readableDags } from "@windlass/contract";
import { setDagPaused } from "../../store/hand-changes.ts";
import type { Action } from "../action.ts";

/** Which Dags to pause or unpause; the caller has already narrowed them to those that match. */
export interface PatchDagsInput {
  readonly dagIds: readonly string[];
  readonly isPaused: boolean;
}

/** Pauses or unpauses many Dags: of those named, the ones that the caller may edit. */
export const patchDags: Action<PatchDagsInput, PatchDagsInput, PatchDagsInput> = {
  name: "dag.edit_many",
  event: "patch_dags",
  subject: () => ({ dagId: null }),
  async decide(_context, request, input) {
    const scope = readableDags(request.principal, "can_edit");
    const dagIds = scope.all ? input.dagIds : input.dagIds.filter((each) => scope.dagIds.has(each));
    return { verdicts: [], warnings: [], plan: { dagIds, isPaused: input.isPaused } };
  },
  async execute(tx, context, _request, plan) {
    for (const dagId of plan.dagIds) await setDagPaused(tx, dagId, plan.isPaused);
    return {
      result: plan,
      extra: { is_paused: plan.isPaused, dag_ids: plan.dagIds },
      afterCommit: () => {
        context.dags.forget();
        for (const dagId of plan.dagIds) context.signals.dagChanged(dagId);
      },
    };
  },
};
