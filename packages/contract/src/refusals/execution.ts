import type { Family } from "./entry.ts";

/** What an attempt asks while it runs and does not get. */
export const execution = {
  "execution.no_permission": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The attempt has no permission any more",
    reason: "The attempt {attempt_id} is not the current one of its task instance, or is not running.",
    fix: "End the process: its task instance was cleared, marked, or taken for lost, and nothing it reports is accepted.",
    meanwhile: "Nothing was changed.",
  },
  "execution.not_answered": {
    status: { v1: 500, v2: 500, native: 500 },
    summary: "The control plane could not answer the attempt",
    reason: "The request {request} of the attempt failed in the control plane; the server's log has the cause.",
    fix: "Let the task be tried again; if it happens again, look at the server's log.",
    meanwhile: "Nothing was changed.",
  },
} as const satisfies Family;
