import { isTerminalRunState, isTerminalState } from "@windlass/contract";
import { admitRuns } from "../limits/admit-runs.ts";
import type { RunSnapshot } from "../snapshot.ts";
import { pausedReason, schedulerDownReason } from "./shared-reasons.ts";
import type { WhyCode, WhyContext, WhyReason } from "./reason.ts";
import { whyTaskInstance } from "./why-task-instance.ts";

/** How many task instances are asked before an answer about the run is good enough. */
const ASKED = 20;

/** Reasons whose mend is another task's moving. */
const FOLLOWS_OTHERS: ReadonlySet<WhyCode> = new Set(["upstream_not_done", "setup_not_done", "mapping_not_known"]);

function whyQueued(run: RunSnapshot, context: WhyContext): WhyReason[] {
  const { backfill } = run;
  const limits = {
    paused: run.dagPaused,
    runningCount: context.runningRuns,
    maxActiveRuns: backfill?.maxActiveRuns ?? run.graph.dag.maxActiveRuns,
    ...(backfill && { backfill }),
  };
  const id = String(backfill?.id ?? "");
  return admitRuns([run], limits, context.now).held.map(({ by }): WhyReason => {
    switch (by) {
      case "dag_paused":
        return pausedReason(run);
      case "run_after":
        return {
          code: by,
          summary: `It is not to start before ${run.runAfter}.`,
          fix: "Wait, or trigger a run without run_after.",
          until: run.runAfter,
        };
      case "max_active_runs":
        return {
          code: by,
          summary: `${context.runningRuns} runs of "${run.dagId}" are running, as many as its max_active_runs (${limits.maxActiveRuns}) allows.`,
          fix: `Wait for one to end, mark one as failed, or raise max_active_runs.`,
        };
      case "backfill_paused":
        return {
          code: by,
          summary: `Its backfill ${id} is paused.`,
          fix: `Unpause it: \`windlass backfill unpause ${id}\`.`,
        };
      case "backfill_max_active_runs":
        return {
          code: by,
          summary:
            limits.maxActiveRuns > 0
              ? `${context.runningRuns} runs of its backfill ${id} are running, as many as its max_active_runs (${limits.maxActiveRuns}) allows.`
              : `Its backfill ${id} has max_active_runs ${limits.maxActiveRuns}, so none of its runs ever starts.`,
          fix:
            limits.maxActiveRuns > 0
              ? "Wait for one to end, or mark one as failed."
              : `Cancel it (\`windlass backfill cancel ${id}\`) and make one with a higher bound.`,
        };
    }
  });
}

/** Reasons of the task instances that nothing of the run itself keeps waiting: the ones whose moving would move the run. */
function whyRunning(run: RunSnapshot, context: WhyContext): WhyReason[] {
  const open = run.taskInstances.filter(({ state }) => !isTerminalState(state));
  // Something is being executed, so the run moves.
  if (open.some(({ state }) => state === "running")) return [];
  const reasons = open
    .map((instance) => ({ instance, why: whyTaskInstance(run, instance, context) }))
    .filter(({ why }) => why.every(({ code }) => !FOLLOWS_OTHERS.has(code)))
    .slice(0, ASKED)
    .flatMap(({ instance, why }) =>
      why.map((reason) =>
        reason.code === "scheduler_down" || reason.code === "dag_paused"
          ? reason
          : { ...reason, summary: `Task "${instance.taskId}": ${reason.summary}` },
      ),
    );
  return [...new Map(reasons.map((reason) => [reason.summary, reason])).values()];
}

/** Why a run does not move now; empty where it is over, where a task of it is running, or where the next moment moves it. */
export function whyRun(run: RunSnapshot, context: WhyContext): WhyReason[] {
  if (isTerminalRunState(run.state)) return [];
  if (run.state === "running") return whyRunning(run, context);
  return [...(context.schedulerAlive ? [] : [schedulerDownReason()]), ...whyQueued(run, context)];
}
