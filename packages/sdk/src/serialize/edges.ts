import type { DagDefinition, EdgeDefinition, GroupDefinition, TaskDefinition } from "../authoring/definition.ts";
import type { CallSite } from "../authoring/call-site.ts";
import type { Problems } from "./problems.ts";

/** Direct upstream tasks of each task, in the order in which the edges were drawn. */
export type Upstream = Map<TaskDefinition, Set<TaskDefinition>>;

/** The edges of a Dag with groups resolved to their tasks. */
export interface ResolvedEdges {
  readonly upstream: Upstream;
  /** `[upstream id, downstream id, label]` */
  readonly labels: readonly (readonly [string, string, string])[];
}

function groupsAround(node: TaskDefinition | GroupDefinition): GroupDefinition[] {
  const around: GroupDefinition[] = [];
  let group = node.kind === "task" ? node.group : node;
  for (; group !== null; group = group.parent) around.unshift(group);
  return around;
}

/** How many groups hold both ends: edges deep inside come first, since they decide which tasks of a group are its first and last. */
function sharedDepth(edge: EdgeDefinition): number {
  const from = groupsAround(edge.from);
  const to = groupsAround(edge.to);
  let depth = 0;
  while (depth < from.length && from[depth] === to[depth]) depth += 1;
  return depth;
}

/** The tasks of each group, also those of groups within it. */
function membersOfGroups(tasks: readonly TaskDefinition[]): Map<GroupDefinition, TaskDefinition[]> {
  const members = new Map<GroupDefinition, TaskDefinition[]>();
  for (const task of tasks) {
    for (const group of groupsAround(task)) {
      const list = members.get(group);
      if (list === undefined) members.set(group, [task]);
      else list.push(task);
    }
  }
  return members;
}

/** Draws order-only edges into the upstream sets, which already hold the data edges. */
export function resolveEdges(
  dag: DagDefinition,
  tasks: readonly TaskDefinition[],
  upstream: Upstream,
  problems: Problems,
): ResolvedEdges {
  const labels: (readonly [string, string, string])[] = [];
  const members = membersOfGroups(tasks);

  function ends(node: TaskDefinition | GroupDefinition, side: "first" | "last"): readonly TaskDefinition[] {
    if (node.kind === "task") return [node];
    const inside = members.get(node) ?? [];
    const own = new Set(inside);
    if (side === "first")
      return inside.filter((task) => ![...(upstream.get(task) ?? [])].some((each) => own.has(each)));
    const feeding = new Set(inside.flatMap((task) => [...(upstream.get(task) ?? [])]));
    return inside.filter((task) => !feeding.has(task));
  }

  const deepestFirst = dag.edges.map((edge) => ({ edge, depth: sharedDepth(edge) })).sort((a, b) => b.depth - a.depth);
  for (const { edge } of deepestFirst) {
    if (!checkOwners(dag, edge.from, edge.to, edge.site, problems)) continue;
    const to = ends(edge.to, "first");
    for (const from of ends(edge.from, "last")) {
      for (const task of to) {
        upstream.get(task)?.add(from);
        if (edge.label !== null) labels.push([from.taskId, task.taskId, edge.label]);
      }
    }
  }
  return { upstream, labels };
}

/** Notes an edge that leads out of the Dag. @returns whether both ends are the Dag's own */
export function checkOwners(
  dag: DagDefinition,
  from: TaskDefinition | GroupDefinition,
  to: TaskDefinition | GroupDefinition,
  site: CallSite,
  problems: Problems,
): boolean {
  const foreign = [from, to].find((each) => each.dag !== dag);
  if (foreign === undefined) return true;
  const own = foreign === from ? to : from;
  const id = (node: TaskDefinition | GroupDefinition): string => (node.kind === "task" ? node.taskId : node.groupId);
  const data = { task_id: id(own), dag_id: dag.dagId, other_task_id: id(foreign), other_dag_id: foreign.dag.dagId };
  problems.add("dag_file.foreign_task", data, site);
  return false;
}
