import {
  forgetPartitions,
  lockPartitionRuns,
  type PartitionRun,
  type PartitionSelection,
} from "../../store/partitions.ts";
import type { Action } from "../action.ts";

/** Which runs are to stand for no partition any more. */
export interface ResetPartitionsInput {
  readonly dagId: string;
  readonly selection: PartitionSelection;
  readonly dryRun: boolean;
}

/** The runs that the selection was about; those of a partition stand for it no more. */
export const resetPartitions: Action<ResetPartitionsInput, ResetPartitionsInput, readonly PartitionRun[]> = {
  name: "dag_run.clear",
  event: "clear_dag_run_partitions",
  subject: ({ dagId }) => ({ dagId }),
  decide: async (_context, _request, input) => ({ verdicts: [], warnings: [], plan: input }),
  async execute(tx, context, _request, { dagId, selection, dryRun }) {
    const runs = await lockPartitionRuns(tx, dagId, selection);
    const reset = dryRun ? [] : runs.filter((run) => run.hasPartition);
    if (reset.length > 0)
      await forgetPartitions(
        tx,
        reset.map(({ id }) => id),
      );
    return {
      result: runs,
      extra: { dry_run: dryRun, runs: reset.map(({ runId }) => runId) },
      afterCommit: () => {
        for (const { id } of reset) context.signals.runChanged(id);
      },
    };
  },
};
