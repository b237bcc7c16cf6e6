import type { Family } from "./entry.ts";

/** Old names, the strict manner, and fields that are not the caller's to set. */
export const manner = {
  "request.read_only_field": {
    status: { v1: 400, v2: 422, native: 422 },
    summary: "A field cannot be set",
    reason: "The field {field} is set by Windlass and cannot be sent.",
    fix: "Take the field out.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "request.alias_conflict": {
    status: { v1: 400, v2: 422, native: 422 },
    summary: "Two names of one field disagree",
    reason: "{used} is the old name of {proper}, and both were sent with different values.",
    fix: "Send {proper} alone.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "request.not_decidable": {
    status: { v1: 400, v2: 422, native: 422 },
    summary: "The request could not be judged",
    reason: "The request for {action} could not be judged because of what is wrong with it.",
    fix: "Mend what the other refusals name.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
} as const satisfies Family;
