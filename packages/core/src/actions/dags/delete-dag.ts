import { RefusalError, refusal } from "@windlass/contract";
import { deleteDag as deleteRow, listOpenAttemptsOfDag } from "../../store/hand-changes.ts";
import type { Action } from "../action.ts";
import { dagExists } from "./dag-findings.ts";

/** Which Dag to delete. */
export interface DeleteDagInput {
  readonly dagId: string;
}

interface DeleteDagPlan extends DeleteDagInput {
  readonly relativeFileloc: string;
}

/** Deletes a Dag with its runs and history. As long as its file has it, it comes back when the file is read again. */
export const deleteDag: Action<DeleteDagInput, DeleteDagPlan, DeleteDagInput> = {
  name: "dag.delete",
  event: "delete_dag",
  subject: ({ dagId }) => ({ dagId }),
  async decide(context, request, input) {
    const { facts, verdicts } = await dagExists(context, request.principal, input.dagId);
    return { verdicts, warnings: [], plan: facts ? { ...input, relativeFileloc: facts.relativeFileloc } : null };
  },
  async execute(tx, context, _request, { dagId, relativeFileloc }) {
    const attempts = await listOpenAttemptsOfDag(tx, dagId);
    if (!(await deleteRow(tx, dagId))) throw new RefusalError(refusal("dag.unknown", { dag_id: dagId, near: "" }));
    return {
      result: { dagId },
      afterCommit: () => {
        context.dags.forget(dagId);
        if (attempts.length > 0) context.signals.cancelAttempts(attempts);
        context.signals.dagChanged(dagId);
        context.signals.parseAgain(relativeFileloc);
      },
    };
  },
};
