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
  "strict.old_name": {
    status: { v1: 400, v2: 422, native: 422 },
    summary: "An old name was used in strict manner",
    reason: "`[api] airflow_strict` is on: {used} is not known to this operation; its name is {proper}.",
    fix: "Send {proper} instead of {used}.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "strict.logical_date_missing": {
    status: { v1: 422, v2: 422, native: 422 },
    summary: "The field logical_date is missing",
    reason: "`[api] airflow_strict` is on, and Airflow 3 requires the field logical_date, though it may be null.",
    fix: "Send `\"logical_date\": null`, or a moment.",
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
