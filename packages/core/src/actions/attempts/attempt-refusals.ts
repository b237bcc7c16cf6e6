import { type Refusal, refusal } from "@windlass/contract";
import type { AttemptRow } from "../../store/held-attempts.ts";

/** There is no such attempt: Airflow's words for it. */
export function attemptUnknown(attemptId: string): Refusal {
  const v2 = { reason: "not_found", message: "Task Instance not found" };
  return refusal("execution.attempt_unknown", { attempt_id: attemptId }, { airflow: { v2 } });
}

/** The attempt was followed by another one. */
export function attemptReplaced(attemptId: string): Refusal {
  const message = "Task Instance not found, it may have been moved to the Task Instance History table";
  return refusal(
    "execution.attempt_replaced",
    { attempt_id: attemptId },
    { airflow: { v2: { reason: "not_found", message } } },
  );
}

/** It cannot be started. */
export function notQueued({ attemptId, state }: AttemptRow): Refusal {
  const message = "TI was not in a state where it could be marked as running";
  return refusal(
    "execution.not_queued",
    { attempt_id: attemptId, state: state ?? "not scheduled" },
    { airflow: { v2: { reason: "invalid_state", message, previous_state: state } } },
  );
}

/** It cannot be reported on. */
export function notReportable({ attemptId, state }: AttemptRow): Refusal {
  const message = "TI was not in the running state so it cannot be updated";
  return refusal(
    "execution.not_running",
    { attempt_id: attemptId, state: state ?? "not scheduled" },
    { airflow: { v2: { reason: "invalid_state", message, previous_state: state } } },
  );
}

/** Its process is to end. */
export function notRunning({ attemptId, state }: AttemptRow): Refusal {
  const message = "TI is no longer in the running state and task should terminate";
  return refusal(
    "execution.not_running",
    { attempt_id: attemptId, state: state ?? "not scheduled" },
    { airflow: { v2: { reason: "not_running", message, current_state: state } } },
  );
}

/** Another process runs it. */
export function runningElsewhere({ attemptId, hostname, pid }: AttemptRow): Refusal {
  const message = "TI is already running elsewhere";
  return refusal(
    "execution.running_elsewhere",
    { attempt_id: attemptId, hostname, pid },
    { airflow: { v2: { reason: "running_elsewhere", message, current_hostname: hostname, current_pid: pid } } },
  );
}

/** Its token opens nothing now. */
export function tokenOver(attemptId: string): Refusal {
  return refusal("execution.token_over", { attempt_id: attemptId });
}
