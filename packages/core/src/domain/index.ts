export { advance, type AdvanceOptions } from "./advance.ts";
export { apply } from "./apply.ts";
export { buildGraph } from "./graph.ts";
export {
  admitRuns,
  type Admission,
  type AdmissionLimits,
  type QueuedRun,
  type RunHeldBy,
} from "./limits/admit-runs.ts";
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
export {
  applyOutcome,
  attemptLost,
  attemptNeverStarted,
  attemptStarted,
  executionTimedOut,
  type Report,
} from "./reports.ts";
export { retryDelaySeconds } from "./retries.ts";
export type { DagGraph, PreviousRun, RunSnapshot, TaskInstanceSnapshot } from "./snapshot.ts";
export type { Advance, RunTransition, TaskInstanceTransition, Transition, TransitionReason } from "./transition.ts";
export { evaluateTriggerRule } from "./trigger-rules/evaluate.ts";
export type { RuleOutcome, UpstreamCounts } from "./trigger-rules/upstream-counts.ts";
