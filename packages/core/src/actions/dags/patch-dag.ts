import { RefusalError, refusal } from "@windlass/contract";
import { setDagPaused } from "../../store/hand-changes.ts";
import type { Action, Findings } from "../action.ts";
import { dagExists } from "./dag-findings.ts";

/** What of a Dag may be changed. */
export interface PatchDagInput {
  readonly dagId: string;
  readonly isPaused: boolean | undefined;
}

/** A Dag as a patch leaves it. */
export interface PatchedDag {
  readonly dagId: string;
  readonly isPaused: boolean;
}

/** Pauses or unpauses a Dag. Runs that wait because it was paused start. */
export const patchDag: Action<PatchDagInput, PatchedDag, PatchedDag> = {
  name: "dag.edit",
  event: "patch_dag",
  subject: ({ dagId }) => ({ dagId }),
  async decide(context, request, { dagId, isPaused }): Promise<Findings<PatchedDag>> {
    const { facts, verdicts } = await dagExists(context, request.principal, dagId);
    return { verdicts, warnings: [], plan: facts ? { dagId, isPaused: isPaused ?? facts.isPaused } : null };
  },
  async execute(tx, context, _request, plan) {
    if (!(await setDagPaused(tx, plan.dagId, plan.isPaused)))
      throw new RefusalError(refusal("dag.unknown", { dag_id: plan.dagId, near: "" }));
    return {
      result: plan,
      extra: { is_paused: plan.isPaused },
      afterCommit: () => {
        context.dags.forget(plan.dagId);
        context.signals.dagChanged(plan.dagId);
      },
    };
  },
};
