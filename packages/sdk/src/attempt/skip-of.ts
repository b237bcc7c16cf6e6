import type { SkipDirective } from "@windlass/contract";
import { type BranchTarget, definitionOf, isLinkable, type TaskRole } from "../authoring/definition.ts";
import { FailWithoutRetry } from "../authoring/outcomes.ts";

function idOf(target: BranchTarget): string {
  return target.kind === "task" ? target.taskId : target.groupId;
}

function namesIn(result: unknown): readonly string[] {
  if (result === null || result === undefined) return [];
  const all: readonly unknown[] = Array.isArray(result) ? (result as readonly unknown[]) : [result];
  return all.map((each) => {
    if (typeof each === "string") return each;
    if (isLinkable(each)) return idOf(definitionOf(each));
    throw new FailWithoutRetry(
      `A branch has to return a task id, a list of task ids or null; it returned ${JSON.stringify(each) ?? typeof each}.`,
    );
  });
}

function approves(result: unknown): boolean {
  const { chosen_options: chosen } = result as { readonly chosen_options: readonly string[] };
  return chosen[0] === "Approve";
}

/** What a result leaves out, by the task's role. @throws FailWithoutRetry where a branch returned no names */
export function skipOf(role: TaskRole, result: unknown): SkipDirective | undefined {
  switch (role.kind) {
    case "branch":
      return { kind: "branch", follow: namesIn(result) };
    case "if":
      return { kind: "branch", follow: (result ? role.then : role.else).map(idOf) };
    case "switch":
      return { kind: "branch", follow: (role.cases.get(String(result)) ?? role.otherwise).map(idOf) };
    case "short_circuit":
      return result ? undefined : { kind: "short_circuit", respectTriggerRules: role.respectTriggerRules };
    case "approval":
      return approves(result) ? undefined : { kind: "short_circuit", respectTriggerRules: role.respectTriggerRules };
    case "task":
    case "sensor":
    case "latest_only":
      return undefined;
  }
}
