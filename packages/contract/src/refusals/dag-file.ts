import type { CatalogueEntry, Family } from "./entry.ts";

/** Every cause here keeps a file from loading, so all share status and what happens meanwhile. */
function cause(summary: string, reason: string, fix: string): CatalogueEntry {
  return {
    status: { v1: 400, v2: 400, native: 400 },
    summary,
    reason,
    fix,
    meanwhile:
      "The last version that loaded stays stored and shown; no new run of the file's Dags is made until the file loads.",
  };
}

/** A Dag file that does not load, or a Dag in it that breaks a rule. */
export const dagFile = {
  "dag_file.throws": cause(
    "The Dag file throws when it is loaded",
    "{file}:{line} throws {error}.",
    "Make the file load without throwing; `windlass dags test` shows the same error.",
  ),
  "dag_file.unreadable": cause(
    "The Dag file cannot be read",
    "{file} cannot be read: {problem}.",
    "Give the account that runs the Dag processor permission to read the file.",
  ),
  "dag_file.syntax": cause(
    "The Dag file does not compile",
    "{file}:{line} does not compile: {problem}.",
    "Mend the line; your editor or `npx tsc --noEmit` shows the same error.",
  ),
  "dag_file.import_missing": cause(
    "The Dag file imports what cannot be found",
    "{file}:{line}: {problem}.",
    "Install the package in the project of the Dags folder (`npm install <name>`), or correct the path; a relative import names a file with its ending.",
  ),
  "dag_file.timeout": cause(
    "The Dag file takes too long to load",
    "{file} was still loading after {seconds} seconds.",
    "Move slow work (requests, queries, large loops) out of the top level of the file and into a task.",
  ),
  "dag_file.exits": cause(
    "The Dag file ends its process while it is loaded",
    "{file} ended the process that loads it with exit code {exit_code}.",
    "Remove the call of process.exit from the top level of the file and of what it imports.",
  ),
  "dag_file.out_of_memory": cause(
    "The Dag file needs too much memory to load",
    "{file} needed more than {limit_mb} MB while it was loaded.",
    "Do not read data at the top level of the file: read it in a task. Split a file with very many Dags or tasks.",
  ),
  "dag_file.bad_id": cause(
    "An id has characters that ids may not have",
    "The {what} id {id} is not allowed: {rule}.",
    "Use letters, digits, `_`, `-` and `.`; for a task group no `.`; at most 250 characters.",
  ),
  "dag_file.duplicate_dag": cause(
    "Two Dags of one file have the same id",
    "The Dag {dag_id} is made twice: at line {first_line} and at line {line}.",
    "Give each Dag an id of its own.",
  ),
  "dag_file.dag_in_two_files": cause(
    "Two files declare a Dag with the same id",
    "The Dag {dag_id} is declared in {file} and in {other_file}.",
    "Rename one of the two, or remove the file that is no longer needed.",
  ),
  "dag_file.duplicate_task": cause(
    "Two tasks of one Dag have the same id",
    "The Dag {dag_id} has two tasks or groups named {task_id}: at line {first_line} and at line {line}.",
    "Give each an id of its own; tasks within a task group carry its id before theirs.",
  ),
  "dag_file.task_not_placed": cause(
    "A task is declared but never placed",
    "The task {task_id} of the Dag {dag_id} is declared but never called, so it would never run.",
    "Call what `dag.task` returned once, as in `{call}()`, or remove the task.",
  ),
  "dag_file.task_placed_twice": cause(
    "A task is placed twice",
    "The task {task_id} of the Dag {dag_id} is called a second time; a call places the task in the Dag.",
    "Keep the result of the first call in a constant and use that, or declare a second task with an id of its own.",
  ),
  "dag_file.task_without_name": cause(
    "A task has no id",
    "A task of the Dag {dag_id} has neither an id nor a handler with a name.",
    'Give the id first: `dag.task("my_task", handler)`.',
  ),
  "dag_file.cycle": cause(
    "The tasks of a Dag form a cycle",
    "The Dag {dag_id} has a cycle: {cycle}.",
    "Remove one of these edges: a Dag is acyclic.",
  ),
  "dag_file.foreign_task": cause(
    "An edge leads to a task of another Dag",
    "The task {task_id} of the Dag {dag_id} is joined with {other_task_id}, which belongs to the Dag {other_dag_id}.",
    "Join only tasks of one Dag; to wait for another Dag, trigger it or wait for its run in a task.",
  ),
  "dag_file.input_not_json": cause(
    "A task is given an input that is not JSON",
    "The input {path} of the task {task_id} is {what}, which cannot be carried to another process.",
    "Give JSON values and results of other tasks; build everything else inside the handler.",
  ),
  "dag_file.bad_asset": cause(
    "An asset, or a condition on assets, cannot be one",
    "{where} names {asset}, which cannot be an asset: {problem}.",
    'Make it with `asset("s3://bucket/path")`, `asset({ name, uri })` or `assetAlias("name")`; names and uris have 1 to 1500 characters, and the scheme `airflow:` is reserved.',
  ),
  "dag_file.bad_expand": cause(
    "A task or a group cannot be mapped as it is written",
    "{task_id} cannot be mapped: {problem}.",
    "Give `expand` an object whose values are lists, objects or results of other tasks, each argument in one place only; give `expandKwargs` a list of objects.",
  ),
  "dag_file.mapped_outside_group": cause(
    "An element of a mapped task group is used outside of it",
    "The input {path} of {task_id} is an element of the mapped task group {group_id}, which {task_id} does not belong to.",
    "Place the task inside the group; from outside, take the result of one of the group's tasks, which is the list of all.",
  ),
  "dag_file.bad_decider": cause(
    "A task cannot decide which way a run takes",
    "The task {task_id} of the Dag {dag_id} cannot decide here: {problem}.",
    "Give the decision to a task of its own: `dag.task` with a handler that returns it.",
  ),
  "dag_file.setup_and_teardown": cause(
    "A task is a setup and a teardown",
    "The task {task_id} of the Dag {dag_id} is made a setup and a teardown.",
    "Make it one of the two; what has to do both is two tasks.",
  ),
  "dag_file.not_served": cause(
    "A Dag written for Airflow's TypeScript SDK is never served",
    "The Dag {dag_id} is made, but no call serves it, so it is no part of the file.",
    "End the file with `await serveDags(new DagRegistry(dag))`, or export the Dag from here and serve it in the file that imports it.",
  ),
  "dag_file.unknown_option": cause(
    "An option is unknown",
    "{where} has the option {option}, which does not exist.{nearest}",
    "Use one of: {known}.",
  ),
  "dag_file.bad_option": cause(
    "An option has a value that it cannot have",
    "The option {option} of {where} is {actual}; it must be {expected}.",
    "Write {expected}.",
  ),
  "dag_file.bad_duration": cause(
    "A duration is not understood",
    "The option {option} of {where} is {actual}, which is no duration.",
    'Write a duration with its unit, such as "30s", "5m", "1h30m" or { seconds: 90 }.{hint}',
  ),
  "dag_file.bad_schedule": cause(
    "The schedule is not understood",
    "The schedule of the Dag {dag_id} is {actual}, which is no schedule.",
    'Write cron("0 6 * * *", { timezone: "Europe/Berlin" }), every("15m"), a preset such as "@daily", or null for a Dag that runs only on request.',
  ),
  "dag_file.bad_cron": cause(
    "The cron expression is not valid",
    "The cron expression {expression} of the Dag {dag_id} is not valid: {problem}.",
    "Write five fields: minute, hour, day of month, month, day of week, as in `0 6 * * 1-5`.",
  ),
  "dag_file.bad_timetable": cause(
    "A timetable of one's own is not understood",
    "The timetable of the Dag {dag_id} cannot be used: {problem}.",
    "Make it with `timetable({ name, nextRun })`, where `nextRun` is a function.",
  ),
  "dag_file.timetable_failed": cause(
    "A timetable's functions failed",
    "The timetable {timetable} of the Dag {dag_id} failed: {problem}.",
    "Mend its functions: they get the last run's interval and bounds, and give the next run's dates or null. Until then the Dag runs at the dates that are known already, and on request.",
  ),
  "dag_file.bad_timezone": cause(
    "The time zone is unknown",
    "The time zone {timezone} of the Dag {dag_id} is unknown.{nearest}",
    "Use a name of the IANA time zone database, such as `Europe/Berlin` or `UTC`.",
  ),
  "dag_file.bad_date": cause(
    "A date is not understood",
    "The option {option} of {where} is {actual}, which is no date.",
    'Write "2026-01-01", or a moment such as "2026-01-01T06:00:00Z".',
  ),
  "dag_file.bad_params_schema": cause(
    "The params have a schema that cannot be used",
    "The schema of {param} of the Dag {dag_id} cannot be used: {problem}.",
    "Use a schema of JSON values: an object whose properties are the params, each a JSON Schema or a type of your schema library that JSON can carry.",
  ),
  "dag_file.bad_pattern": cause(
    "A param's pattern cannot be run in linear time",
    "The pattern {pattern} of the param {param} of the Dag {dag_id} cannot be used: {problem}.",
    "Write it without look-ahead, look-behind and back-references (RE2 syntax); check what is left in the task.",
  ),
  "dag_file.bad_param_default": cause(
    "A param's default breaks the param's own schema",
    "The default {value} of the param {param} of the Dag {dag_id} breaks its schema: {problem}.",
    "Change the default or the schema, or leave the default out so that callers must give a value.",
  ),
  "dag_file.fail_fast_trigger_rule": cause(
    "A task of a Dag with failFast waits for failures",
    "The task {task_id} has the trigger rule {trigger_rule}, but the Dag {dag_id} has failFast: it would be skipped before any failure reaches it.",
    "Give the task the rule `all_success`, make it a teardown, or take `failFast` away.",
  ),
  "dag_file.required_param_scheduled": cause(
    "A scheduled Dag has a param without default",
    "The Dag {dag_id} has a schedule, and its param {param} has no default: a scheduled run would have no value for it.",
    "Give the param a default, or set `schedule: null` so that the Dag runs only on request.",
  ),
} as const satisfies Family;
