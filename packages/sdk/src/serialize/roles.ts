import type { SerializedTask, TriggerRule } from "@windlass/contract";
import type { DagDefinition, TaskDefinition } from "../authoring/definition.ts";
import type { Problems } from "./problems.ts";

const ROLE_NAMES: Readonly<Record<TaskDefinition["role"]["kind"], string>> = {
  task: "a plain task",
  branch: "a branch",
  if: "the condition of dag.if",
  switch: "the decider of dag.switch",
  short_circuit: "a short circuit",
  sensor: "a sensor",
  approval: "an approval",
  latest_only: "a latest-only task",
};

/** As on Airflow: what a failure ends can wait for none. The second is the rule of teardowns, which are left. */
const RULES_OF_FAIL_FAST: readonly TriggerRule[] = ["all_success", "all_done_setup_success"];

/** Notes the tasks of a Dag with `failFast` that wait for failures. */
export function checkFailFast(dag: DagDefinition, tasks: readonly SerializedTask[], problems: Problems): void {
  for (const { taskId, triggerRule } of tasks) {
    if (RULES_OF_FAIL_FAST.includes(triggerRule)) continue;
    const site = dag.tasks.find((task) => task.taskId === taskId)?.site ?? dag.site;
    const data = { dag_id: dag.dagId, task_id: taskId, trigger_rule: triggerRule };
    problems.add("dag_file.fail_fast_trigger_rule", data, site);
  }
}

/** Notes what a task is made to be and cannot be. */
export function checkRoles(task: TaskDefinition, problems: Problems): void {
  const { role, secondRole, handler, site } = task;
  const about = { task_id: task.taskId, dag_id: task.dag.dagId };
  if (secondRole !== null) {
    const problem = `it already is ${ROLE_NAMES[role.kind]}, and a task decides one thing only`;
    problems.add("dag_file.bad_decider", { ...about, problem }, secondRole);
  } else if ((role.kind === "if" || role.kind === "switch") && handler === null) {
    problems.add("dag_file.bad_decider", { ...about, problem: "it executes nothing and so has no result" }, site);
  }
  if (task.isSetup && task.isTeardown) problems.add("dag_file.setup_and_teardown", about, site);
}
