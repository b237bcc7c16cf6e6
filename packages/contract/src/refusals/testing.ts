import type { Family } from "./entry.ts";

/** What `dag.test` cannot go on without. */
export const testing = {
  "test.wait_unanswered": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "A task of the test waits, and nothing says what ends the wait",
    reason: "The task {task_id} waits for {what}, without a time-out.",
    fix: "Give `dag.test` an end under `{option}`, by the task's id.",
    meanwhile: "The run of the test is not finished; nothing outside of the test's process was changed.",
  },
} as const satisfies Family;
