import { RUN_STATES, TASK_INSTANCE_STATES } from "@windlass/contract";
import { isLinkable, type TaskDefinition } from "../authoring/definition.ts";
import type { OptionReader } from "./option-reader.ts";
import { serializeParams } from "./params.ts";
import type { Problems } from "./problems.ts";

type Options = Readonly<Record<string, unknown>>;

/** Notes what is wrong with the options of tasks that wait for other Dags or for people; what is computed is known only when they run. */
export function checkWaitingOperator(task: TaskDefinition, reader: OptionReader, problems: Problems): void {
  const options = task.options as Options;
  switch (task.operator) {
    case "trigger_dag_run":
      return checkTrigger(options, reader);
    case "external_task_sensor":
      return checkExternalTask(options, reader);
    case "approval":
    case "human_input":
    case "human_choice":
    case "human_branch":
      return checkHuman(task, options, reader, problems);
  }
}

function isComputed(value: unknown): boolean {
  return typeof value === "function" || isLinkable(value);
}

function requireText(options: Options, option: string, reader: OptionReader): void {
  if (!isComputed(options[option])) reader.required(option);
}

function checkStates(
  options: Options,
  option: string,
  known: readonly string[],
  reader: OptionReader,
): readonly string[] {
  const states = options[option] === undefined ? [] : reader.names(option);
  if (!states.every((state) => known.includes(state)))
    reader.refuse(option, `a list of ${known.map((state) => `"${state}"`).join(", ")}`);
  return states;
}

function checkTrigger(options: Options, reader: OptionReader): void {
  requireText(options, "dagId", reader);
  if (options["wait"] !== false) reader.choice("wait", "deferred", ["deferred", "poke"]);
  reader.duration("interval", null);
  for (const option of ["allowedStates", "failedStates"]) checkStates(options, option, RUN_STATES, reader);
  for (const option of ["resetDagRun", "skipWhenAlreadyExists", "failWhenDagIsPaused"]) reader.flag(option, false);
}

function checkExternalTask(options: Options, reader: OptionReader): void {
  reader.required("dagId");
  reader.text("taskGroupId");
  const { taskIds } = options;
  if (Array.isArray(taskIds)) {
    const names = reader.names("taskIds");
    if (names.length === 0 || new Set(names).size < names.length) reader.refuse("taskIds", "tasks, each named once");
  } else reader.text("taskIds");
  if (taskIds !== undefined && options["taskGroupId"] !== undefined)
    reader.refuse("taskGroupId", "left out where taskIds is given");
  reader.duration("executionDelta", null);
  if (options["executionDates"] !== undefined && typeof options["executionDates"] !== "function")
    reader.refuse("executionDates", "a function of this run's logical date");
  if (options["executionDates"] !== undefined && options["executionDelta"] !== undefined)
    reader.refuse("executionDates", "left out where executionDelta is given");
  const known = taskIds === undefined && options["taskGroupId"] === undefined ? RUN_STATES : TASK_INSTANCE_STATES;
  const all = ["allowedStates", "failedStates", "skippedStates"].flatMap((option) =>
    checkStates(options, option, known, reader),
  );
  if (new Set(all).size < all.length)
    reader.refuse("allowedStates", "states that are not among the failed or skipped ones");
  reader.flag("checkExistence", false);
  reader.choice("mode", "deferred", ["poke", "reschedule", "deferred"]);
  for (const option of ["interval", "maxInterval", "timeout"]) reader.duration(option, null);
  for (const option of ["exponential", "softFail", "neverFail"]) reader.flag(option, false);
}

function checkHuman(task: TaskDefinition, options: Options, reader: OptionReader, problems: Problems): void {
  requireText(options, "subject", reader);
  reader.duration("timeout", null);
  const { dag, site } = task;
  const fields = serializeParams(options["form"], { dagId: dag.dagId, site, problems });
  // Airflow's form sends its choice under this name.
  if ("_options" in fields) reader.refuse("form", "fields that are not called _options");
  if (task.operator === "human_input" && Object.keys(fields).length === 0) reader.refuse("form", "at least one field");
  checkAssignees(options["assignees"], reader);
  if (task.operator === "approval") {
    reader.choice("onTimeout", "fail", ["approve", "reject", "fail"]);
    for (const option of ["ignoreDownstreamTriggerRules", "failOnReject"]) reader.flag(option, false);
  } else if (task.operator === "human_input") reader.choice("onTimeout", "defaults", ["defaults", "fail"]);
  else checkChoice(options, reader);
}

function checkAssignees(assignees: unknown, reader: OptionReader): void {
  if (assignees === undefined) return;
  const isUser = (each: unknown): boolean =>
    (typeof each === "string" && each !== "") ||
    (typeof each === "object" && each !== null && "id" in each && "name" in each);
  if (!Array.isArray(assignees) || !assignees.every(isUser)) reader.refuse("assignees", "a list of user names");
}

function checkChoice(options: Options, reader: OptionReader): void {
  const choices = options["options"] === undefined ? [] : reader.names("options");
  if (choices.length === 0) reader.refuse("options", "at least one option");
  const multiple = reader.flag("multiple", false);
  const given = options["defaults"];
  if (given !== undefined) {
    const defaults: readonly unknown[] = Array.isArray(given) ? (given as readonly unknown[]) : [given];
    const areOptions = defaults.length > 0 && defaults.every((each) => choices.includes(each as string));
    if (!areOptions || (!multiple && defaults.length > 1))
      reader.refuse("defaults", multiple ? "some of the options" : "one of the options");
  }
  const ways = options["ways"];
  if (ways === undefined) return;
  const isWay = (way: unknown): boolean => typeof way === "string" || isLinkable(way);
  if (typeof ways !== "object" || ways === null || !Object.values(ways).every(isWay))
    reader.refuse("ways", "an object with a task or an id for each option");
  else if (!Object.keys(ways).every((option) => choices.includes(option)))
    reader.refuse("ways", "an object whose names are among the options");
}
