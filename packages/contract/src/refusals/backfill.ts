import type { Family } from "./entry.ts";

const UNTOUCHED = "Nothing was changed; the refusal is kept among the refused requests.";

/** A backfill that cannot be made, found or changed. */
export const backfill = {
  "backfill.unknown": {
    status: { v1: 404, v2: 404, native: 404 },
    summary: "There is no such backfill",
    reason: "There is no backfill with the id {backfill_id}.",
    fix: "List the backfills of a Dag with `GET /api/v2/backfills?dag_id=…` or `windlass backfill list DAG_ID`.",
    meanwhile: UNTOUCHED,
  },
  "backfill.already_running": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The Dag has an active backfill",
    reason:
      "The backfill {backfill_id} of the Dag {dag_id} is not completed, and a Dag has one active backfill at a time.",
    fix: "Wait until it is completed, or cancel it.",
    meanwhile: "The active backfill goes on untouched.",
  },
  "backfill.completed": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The backfill is completed",
    reason: "The backfill {backfill_id} was completed at {completed_at}.",
    fix: "Make a new backfill for what is still to be done.",
    meanwhile: UNTOUCHED,
  },
  "backfill.not_periodic": {
    status: { v1: 422, v2: 422, native: 422 },
    summary: "The Dag's schedule has no dates to fill",
    reason: "The schedule of the Dag {dag_id} is {schedule}: it does not tell which dates a range has.",
    fix: "Trigger runs with logical dates of their own, or give the Dag a schedule by the clock.",
    meanwhile: UNTOUCHED,
  },
  "backfill.run_type_closed": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "The Dag does not allow backfill runs",
    reason: "The Dag {dag_id} allows only runs of these types: {allowed}.",
    fix: "Add backfill to the Dag's allowedRunTypes.",
    meanwhile: UNTOUCHED,
  },
  "backfill.dates_reversed": {
    status: { v1: 422, v2: 422, native: 422 },
    summary: "The range ends before it begins",
    reason: "from_date {from_date} is after to_date {to_date}.",
    fix: "Exchange them; the order in which runs are made is `run_backwards`.",
    meanwhile: UNTOUCHED,
  },
  "backfill.in_future": {
    status: { v1: 422, v2: 422, native: 422 },
    summary: "The range lies in the future",
    reason: "Both from_date and to_date are in the future; a backfill makes runs of what has passed.",
    fix: "Choose a range that begins in the past.",
    meanwhile: UNTOUCHED,
  },
  "backfill.backwards_depends_on_past": {
    status: { v1: 422, v2: 422, native: 422 },
    summary: "Tasks that depend on the past cannot go backwards",
    reason:
      "The task {task_id} of the Dag {dag_id} has dependsOnPast: going backwards, each run would wait for one that is not there yet.",
    fix: "Leave run_backwards out.",
    meanwhile: UNTOUCHED,
  },
  "backfill.reprocess_depends_on_past": {
    status: { v1: 422, v2: 422, native: 422 },
    summary: "Tasks that depend on the past need existing runs reprocessed",
    reason:
      "The task {task_id} of the Dag {dag_id} has dependsOnPast: a run that is left as it is could hold all those behind it.",
    fix: "Set reprocess_behavior to failed or completed.",
    meanwhile: UNTOUCHED,
  },
  "backfill.no_runs": {
    status: { v1: 422, v2: 422, native: 422 },
    summary: "The range has no date of the schedule",
    reason: "The schedule of the Dag {dag_id} has no date from {from_date} to {to_date} that has passed.",
    fix: "Widen the range; a dry run lists the dates.",
    meanwhile: UNTOUCHED,
  },
  "backfill.timetable_silent": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The Dag's own timetable names no dates now",
    reason: "The timetable of the Dag {dag_id} failed, or the process that answers has no parser to ask it.",
    fix: "Look at the import errors of its file, mend what they name, and ask a server that was started with `windlass up`.",
    meanwhile: UNTOUCHED,
  },
  "backfill.too_many_runs": {
    status: { v1: 422, v2: 422, native: 422 },
    summary: "The range has too many dates",
    reason: "The schedule of the Dag {dag_id} has more than {limit} dates from {from_date} to {to_date}.",
    fix: "Make several backfills of smaller ranges, one after the other.",
    meanwhile: UNTOUCHED,
  },
} as const satisfies Family;
