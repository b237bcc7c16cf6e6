import { assertNever } from "../invariant.ts";
import type { SerializedTrigger, TaskInstancesTrigger } from "./trigger.ts";

/** What a trigger waits for, in words that fit behind "It waits for". */
export function waitedFor(trigger: SerializedTrigger): string {
  switch (trigger.kind) {
    case "moment":
      return `the moment ${trigger.moment}`;
    case "dag_run":
      return `the run ${trigger.runId} of ${trigger.dagId} to be ${either(trigger.states)}`;
    case "task_instances":
      return `${watched(trigger)} of ${trigger.dagId} to be ${either(trigger.allowedStates)} ${place(trigger)}`;
    case "human":
      return `somebody's answer to "${trigger.request.subject}"`;
    default:
      return assertNever(trigger);
  }
}

function watched({ taskIds, taskGroupId }: TaskInstancesTrigger): string {
  if (taskIds !== null) return `${taskIds.length === 1 ? "the task" : "the tasks"} ${taskIds.join(", ")}`;
  return taskGroupId === null ? "the run" : `the task group ${taskGroupId}`;
}

function place({ logicalDates, runIds }: TaskInstancesTrigger): string {
  return runIds.length > 0 ? `in ${runIds.join(", ")}` : `at ${logicalDates.join(", ")}`;
}

function either(states: readonly string[]): string {
  return states.join(" or ");
}
