export { advance, type AdvanceOptions, type NewInstance } from "./advance.ts";
export { apply } from "./apply.ts";
export { type AssetEventDraft, assetEventDrafts, writtenOutlets } from "./assets/asset-events.ts";
export { clearTaskInstances, type ClearOptions } from "./clear.ts";
export { dateFindings } from "./decide/dates.ts";
export { paramFindings } from "./decide/params.ts";
export { requirementVerdicts } from "./decide/requirements.ts";
export { buildGraph } from "./graph.ts";
export {
  admitRuns,
  type Admission,
  type AdmissionLimits,
  type QueuedRun,
  type RunHeldBy,
} from "./limits/admit-runs.ts";
export { queueCandidate } from "./limits/candidate.ts";
export { byPriority, selectQueueable } from "./limits/select-queueable.ts";
export {
  taskInRunKey,
  taskKey,
  type HeldBy,
  type Occupancy,
  type PoolOccupancy,
  type QueueCandidate,
  type QueueSelection,
} from "./limits/slots.ts";
export { lateInputs, takesLazy } from "./mapping/late-inputs.ts";
export { inputReferences, resolveInputs, type InputScope, type XcomReference } from "./mapping/resolve-inputs.ts";
export { selectForClear } from "./setup-teardown/select-for-clear.ts";
export { skippedTasks, SKIP_XCOM_KEY } from "./skipping/skipped-tasks.ts";
export { markRun, markTaskInstances, type MarkableRunState, type MarkableTaskInstanceState } from "./mark.ts";
export {
  applyOutcome,
  attemptLost,
  attemptNeverStarted,
  attemptStarted,
  executionTimedOut,
  triggerFired,
  type Report,
} from "./reports.ts";
export type { AlertNotice, CallbackNotice, Notices } from "./notices/notice.ts";
export { intervalOfText } from "./notices/interval-of-text.ts";
export { deadlineBase } from "./notices/deadline-moment.ts";
export { deadlineNotices } from "./notices/deadline-notices.ts";
export { noticesOf } from "./notices/notices-of.ts";
export { retryDelaySeconds } from "./retries.ts";
export { cronTicks } from "./schedule/cron-ticks.ts";
export { describe, describeInWords } from "./schedule/describe.ts";
export { manualInterval, type ManualInterval } from "./schedule/manual-interval.ts";
export { nextRun, type RunDates, type ScheduleBounds } from "./schedule/next-run.ts";
export { expandPreset } from "./schedule/presets.ts";
export type { Ticks } from "./schedule/ticks.ts";
export { isInSpan } from "./task-span.ts";
export type { TaskInstanceSelection } from "./select-task-instances.ts";
export type { DagGraph, PreviousRun, RunSnapshot, TaskInstanceSnapshot } from "./snapshot.ts";
export type { Advance, RunTransition, TaskInstanceTransition, Transition, TransitionReason } from "./transition.ts";
export { evaluateTriggerRule } from "./trigger-rules/evaluate.ts";
export type { RuleOutcome, UpstreamCounts } from "./trigger-rules/upstream-counts.ts";
export type { WhyCode, WhyContext, WhyReason } from "./why/reason.ts";
export { whyRun } from "./why/why-run.ts";
export { whyTaskInstance } from "./why/why-task-instance.ts";
