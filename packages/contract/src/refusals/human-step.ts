import type { Family } from "./entry.ts";

/** Answers to questions that a task waits for. */
export const humanStep = {
  "human_step.none": {
    status: { v1: 404, v2: 404, native: 404 },
    summary: "The task instance asks nobody",
    reason: "The task instance {task_id} of the run {run_id} has asked no question in this try.",
    fix: "List the open questions (`windlass human list`), and mind the map index.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "human_step.answered": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The question has been answered",
    reason: "{who} answered with {chosen} at {at}; the first answer counts.",
    fix: "Clear the task instance where the question is to be asked again.",
    meanwhile: "The task has gone on with the first answer.",
  },
  "human_step.not_waiting": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The task instance does not wait any more",
    reason: "The task instance {task_id} of the run {run_id} is {state}; nobody waits for the answer.",
    fix: "Clear the task instance where the question is to be asked again.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "human_step.not_assigned": {
    status: { v1: 403, v2: 403, native: 403 },
    summary: "The question is for others",
    reason: "Only these may answer: {assigned}. The request came from {name}.",
    fix: "Ask one of them.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "human_step.option_unknown": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "That is no option of the question",
    reason: "The question has the options {options}, and was answered with {chosen}.",
    fix: "Choose among the options.",
    meanwhile: "Nothing was changed; the question is still open.",
  },
  "human_step.one_option": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "Only one option can be chosen",
    reason: "The question takes one option, and was answered with {chosen}.",
    fix: "Choose one.",
    meanwhile: "Nothing was changed; the question is still open.",
  },
  "human_step.input_wrong": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "The form is not filled in as its schema says",
    reason: "The field {field} {problem}.",
    fix: "Correct the field; the question's params say what each takes.",
    meanwhile: "Nothing was changed; the question is still open.",
  },
} as const satisfies Family;
