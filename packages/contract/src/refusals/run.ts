import type { Family } from "./entry.ts";

/** A Dag run that cannot be made, found or changed. */
export const run = {
  "params.missing": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "A required param has no value",
    reason: "The param {param} of the Dag {dag_id} has no default, and conf has no value for it.",
    fix: "Send conf with a value for {param}; the corrected body shows one.",
    meanwhile: "No run was made.",
  },
  "params.invalid": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "A param's value does not fit its schema",
    reason: "The param {param}: {problem}",
    fix: "Send a value that fits the schema shown under `expected`.",
    meanwhile: "No run was made.",
  },
  "run.unknown": {
    status: { v1: 404, v2: 404, native: 404 },
    summary: "There is no such Dag run",
    reason: "The Dag {dag_id} has no run with the id {run_id}.{near}",
    fix: "List the runs with `GET /dags/{dag_id}/dagRuns`; encode `+` and `:` in the path.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "run.id_invalid": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "The run id has characters that are not allowed",
    reason: "The run id {run_id} does not match {pattern}{why}.",
    fix: "Use letters, digits and `_ . ~ : + -` only, or leave the id out to get one.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "run.id_too_long": {
    status: { v1: 400, v2: 422, native: 422 },
    summary: "The run id is too long",
    reason: "The run id has {length} characters; {limit} is the most.",
    fix: "Send a shorter id, or none.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "run.id_reserved": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "The run id is reserved",
    reason: "Ids that begin with {prefix} are for runs of another kind than manual ones.",
    fix: "Choose an id with another beginning, such as manual__{rest}.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "run.id_taken": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "A run with this id exists",
    reason: "The Dag {dag_id} has a run with the id {run_id} already; it is {state}.",
    fix: "Send another id or none; to be able to repeat a request safely, send the header `Idempotency-Key`.",
    meanwhile: "The existing run goes on untouched.",
  },
  "run.logical_date_taken": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "A run with this logical date exists",
    reason: "The run {run_id} of the Dag {dag_id} has the logical date {logical_date} already; it is {state}.",
    fix: "Send another logical date, or none (`null` in v2) for a run without a fixed place in time.",
    meanwhile: "The existing run goes on untouched.",
  },
  "run.before_start_date": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "The date is before the Dag's start",
    reason:
      "The logical date {logical_date} is before the start date {start_date} of the Dag {dag_id}: the run could only end empty.",
    fix: "Send a logical date from {start_date} on, or leave it out.",
    meanwhile: "No run was made. Airflow would make one that ends at once without having done anything.",
  },
  "run.no_tasks": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "The Dag has no tasks",
    reason: "The Dag {dag_id} has no tasks: a run could only end empty.",
    fix: "Add a task to the Dag.",
    meanwhile: "No run was made.",
  },
  "run.interval_incomplete": {
    status: { v1: 400, v2: 422, native: 422 },
    summary: "Half of the data interval is missing",
    reason: "Of data_interval_start and data_interval_end only {given} was sent.",
    fix: "Send both or neither.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "run.running_cannot_delete": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "A running run cannot be deleted",
    reason: "The run {run_id} of the Dag {dag_id} is {state}.",
    fix: "Set it to failed first, or wait until it has ended.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "run.no_logical_date": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "The run has no place in time",
    reason: "The run {run_id} of the Dag {dag_id} has no logical date, so no other run is before or after it.",
    fix: "Leave include_past and include_future out, or name the other runs one by one.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "run.cannot_start_now": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The run could not start now",
    reason: "{summary} The request asks for strict handling.",
    fix: "{fix}",
    meanwhile: "No run was made.",
  },
  "task_instance.running": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "A task instance is running",
    reason:
      "The task instance {task_id} of the run {run_id} is running, and the request asks to leave running ones alone.",
    fix: "Wait until it has ended, or send prevent_running_task false to have it stopped and begun anew.",
    meanwhile: "Nothing was changed; it goes on running.",
  },
  "task_instance.state_same": {
    status: { v1: 409, v2: 409, native: 409 },
    summary: "The task instance has this state already",
    reason: "The task instance {task_id} is {state} already.",
    fix: "Nothing is to be done; to have it executed again, clear it.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
} as const satisfies Family;
