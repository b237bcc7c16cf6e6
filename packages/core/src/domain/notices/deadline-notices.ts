import type { Instant, RunState, SerializedAlert, SerializedAlertTarget, SerializedDeadline } from "@windlass/contract";
import type { AlertNotice, CallbackNotice } from "./notice.ts";

/** A deadline that is over, with what its Dag declared. */
export interface DeadlineOver {
  readonly id: number;
  readonly dagRunId: number;
  readonly position: number;
  readonly name: string | null;
  readonly deadlineAt: Instant;
  readonly dagId: string;
  readonly runId: string;
  readonly state: RunState;
  readonly logicalDate: Instant | null;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly serialized: {
    readonly deadlines?: readonly SerializedDeadline[] | null;
    readonly alerts?: readonly SerializedAlert[] | null;
  };
}

/** What follows from a missed deadline: its own callbacks and alerts, and the Dag's alerts on deadlines. */
export function deadlineNotices(
  over: DeadlineOver,
  missedAt: Instant,
): { readonly callbacks: readonly CallbackNotice[]; readonly alerts: readonly AlertNotice[] } {
  const { id, dagRunId, position, name, deadlineAt, dagId, runId, state, serialized } = over;
  const declared = serialized.deadlines?.[position];
  const key = (what: string, index: number): string =>
    `${dagId}:run${String(dagRunId)}:deadline${String(id)}:${what}:${String(index)}`;
  const targets: readonly SerializedAlertTarget[] = [
    ...(declared?.alerts ?? []),
    ...(serialized.alerts ?? []).filter((each) => each.on.includes("deadline")).map((each) => each.target),
  ];
  return {
    callbacks: Array.from({ length: declared?.callbacks ?? 0 }, (_, index) => ({
      dagRunId,
      taskInstanceId: null,
      index,
      dedupeKey: key("missed", index),
      subject: { of: "deadline", kind: "missed", index: position, name, deadline: deadlineAt, missedAt, state },
    })),
    alerts: targets.map((target, index) => ({
      dagRunId,
      dedupeKey: key("alert", index),
      target,
      content: {
        event: "deadline",
        dagId,
        runId,
        state,
        logicalDate: over.logicalDate,
        startDate: over.startDate,
        endDate: over.endDate,
        reason: "deadline_missed",
        failed: [],
        deadline: { name, at: deadlineAt },
      },
    })),
  };
}
