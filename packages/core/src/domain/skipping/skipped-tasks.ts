import type { JsonObject, SkipDirective } from "@windlass/contract";
import { downstreamOf } from "../select-task-instances.ts";
import type { DagGraph } from "../snapshot.ts";

/** The key of the XCom in which Airflow keeps what a branch decided. */
export const SKIP_XCOM_KEY = "skipmixin_key";

/** What a directive comes to. */
export type Skipped =
  | { readonly kind: "skipped"; readonly taskIds: readonly string[]; readonly xcom: JsonObject }
  /** The branch names what is no task of the Dag: the attempt fails, as on Airflow. */
  | { readonly kind: "unknown"; readonly names: readonly string[] };

/** The first tasks of a group, for a branch that names the group. */
function rootsOf(graph: DagGraph, groupId: string): readonly string[] {
  const prefix = (id: string | null): boolean => id === groupId || (id?.startsWith(`${groupId}.`) ?? false);
  const inside = new Set(graph.order.filter((id) => prefix(graph.tasks.get(id)?.taskGroupId ?? null)));
  return [...inside].filter((id) => !graph.tasks.get(id)?.upstreamTaskIds.some((above) => inside.has(above)));
}

function branch(graph: DagGraph, taskId: string, follow: readonly string[]): Skipped {
  const groups = new Set(graph.dag.taskGroups.map((group) => group.groupId));
  const unknown = follow.filter((name) => !graph.tasks.has(name) && !groups.has(name));
  if (unknown.length > 0) return { kind: "unknown", names: unknown };
  const named = follow.flatMap((name) => (graph.tasks.has(name) ? [name] : rootsOf(graph, name)));
  // What a followed task leads to is followed as well: a join directly behind the branch must not be skipped.
  const followed = new Set([...named, ...downstreamOf(graph, named)]);
  const direct = graph.downstream.get(taskId) ?? [];
  return {
    kind: "skipped",
    taskIds: direct.filter((id) => !followed.has(id)),
    xcom: { followed: direct.filter((id) => followed.has(id)) },
  };
}

/** Which tasks a task leaves out that has succeeded with a directive. Teardowns are never left out by a short circuit. */
export function skippedTasks(graph: DagGraph, taskId: string, directive: SkipDirective): Skipped {
  if (directive.kind === "branch") return branch(graph, taskId, directive.follow);
  const direct = graph.downstream.get(taskId) ?? [];
  const behind = directive.respectTriggerRules
    ? direct
    : graph.order.filter((id) => downstreamOf(graph, [taskId]).has(id));
  const taskIds = behind.filter((id) => graph.tasks.get(id)?.isTeardown !== true);
  return { kind: "skipped", taskIds, xcom: { skipped: [...taskIds] } };
}
