import type { TaskDefinition } from "../authoring/definition.ts";
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
