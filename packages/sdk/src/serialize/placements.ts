import { isGroupKey, isKey } from "@windlass/contract";
import type { CallSite } from "../authoring/call-site.ts";
import { type DagDefinition, GROUP_OPTION_NAMES, type TaskDefinition } from "../authoring/definition.ts";
import { OptionReader } from "./option-reader.ts";
import { nameValue, type Problems } from "./problems.ts";

const KEY_RULE = "ids have letters, digits, `_`, `-` and `.` only, and at most 250 characters";
const GROUP_RULE = "ids of task groups have letters, digits, `_` and `-` only, and at most 200 characters";

/** Notes ids that are not allowed or are taken, and tasks that are not placed exactly once. @returns the tasks that can be serialized */
export function checkPlacements(dag: DagDefinition, problems: Problems): readonly TaskDefinition[] {
  const dagId = dag.dagId;
  if (typeof dagId !== "string" || !isKey(dagId)) {
    problems.add("dag_file.bad_id", { what: "Dag", id: nameValue(dagId), rule: KEY_RULE }, dag.site);
  }
  const taken = new Map<string, CallSite>();
  const take = (id: string, site: CallSite): boolean => {
    const first = taken.get(id);
    if (first === undefined) {
      taken.set(id, site);
      return true;
    }
    const data = { dag_id: dagId, task_id: id, first_line: problems.position(first)?.line ?? "?" };
    problems.add("dag_file.duplicate_task", data, site);
    return false;
  };

  for (const group of dag.groups) {
    if (isGroupKey(group.ownId)) take(group.groupId, group.site);
    else
      problems.add("dag_file.bad_id", { what: "task group", id: nameValue(group.ownId), rule: GROUP_RULE }, group.site);
    const where = `the task group ${group.groupId}`;
    new OptionReader(group.options, where, group.site, problems).refuseUnknown(GROUP_OPTION_NAMES);
  }

  return dag.tasks.filter((task) => {
    if (task.taskId === "") {
      problems.add("dag_file.task_without_name", { dag_id: dagId }, task.site);
      return false;
    }
    if (!isKey(task.taskId)) {
      problems.add("dag_file.bad_id", { what: "task", id: nameValue(task.taskId), rule: KEY_RULE }, task.site);
      return false;
    }
    if (task.handler !== null && typeof task.handler !== "function") {
      const data = {
        where: `the task ${task.taskId}`,
        option: "handler",
        actual: nameValue(task.handler),
        expected: "a function",
      };
      problems.add("dag_file.bad_option", data, task.site);
    }
    if (task.placements.length === 0) {
      const call = /^[A-Za-z_$][\w$]*$/.test(task.taskId) ? task.taskId : "task";
      problems.add("dag_file.task_not_placed", { dag_id: dagId, task_id: task.taskId, call }, task.site);
    }
    const [, second] = task.placements;
    if (second !== undefined)
      problems.add("dag_file.task_placed_twice", { dag_id: dagId, task_id: task.taskId }, second);
    return take(task.taskId, task.site);
  });
}
