import { skipNamed } from "../../domain/skipping/skip-named.ts";
import type { AttemptRow } from "../../store/held-attempts.ts";
import { lockRun } from "../../store/runs-between.ts";
import type { ActionContext } from "../context.ts";
import { changeRun } from "../runs/change-run.ts";

/** A running task leaves out task instances of its run that have not begun. */
export async function skipDownstream(
  context: ActionContext,
  { dagRunId }: AttemptRow,
  named: readonly { readonly taskId: string; readonly mapIndex: number }[],
): Promise<void> {
  await context.database.transaction(async (tx) => {
    if (await lockRun(tx, dagRunId)) await changeRun(tx, context, dagRunId, (run) => skipNamed(run, named));
  });
  context.signals.runChanged(dagRunId);
}
