import type { Grid } from "./unpack.ts";

/** A row as drawn: a task, or a group with the worst state of what is in it. */
export interface TreeRow {
  readonly id: string;
  readonly label: string;
  readonly depth: number;
  readonly kind: "task" | "group";
  readonly folded: boolean;
  /** One character a run. */
  readonly states: string;
  readonly mapped: boolean;
}

// What matters most in a folded group, worst first.
const WORST = "Futyrqdes.Skx-";

/** The rows in view: tasks in the structure's order, under their groups, folded groups closed. */
export function treeRows(
  { tasks, rows, runs }: Pick<Grid, "tasks" | "rows" | "runs">,
  folded: ReadonlySet<string>,
  filter: string,
): readonly TreeRow[] {
  const wanted = filter.toLowerCase();
  const out: TreeRow[] = [];
  const begun = new Set<string>();
  for (const [index, task] of tasks.entries()) {
    if (wanted !== "" && !task.task_id.toLowerCase().includes(wanted)) continue;
    const chain = chainOf(task.group_id);
    for (const [depth, group] of chain.entries()) {
      if (begun.has(group) || chain.slice(0, depth).some((each) => folded.has(each))) continue;
      begun.add(group);
      const members = rows.filter((_, at) => isWithin(tasks[at]?.group_id ?? null, group));
      out.push({
        id: group,
        label: group.slice(group.lastIndexOf(".") + 1),
        depth,
        kind: "group",
        folded: folded.has(group),
        states: worst(members, runs.length),
        mapped: false,
      });
    }
    if (chain.some((group) => folded.has(group))) continue;
    const prefix = task.group_id === null ? "" : `${task.group_id}.`;
    const label = prefix !== "" && task.task_id.startsWith(prefix) ? task.task_id.slice(prefix.length) : task.task_id;
    out.push({
      id: task.task_id,
      label,
      depth: chain.length,
      kind: "task",
      folded: false,
      states: rows[index] ?? "",
      mapped: task.is_mapped === true,
    });
  }
  return out;
}

/** A group's ids from the outermost on: `a.b` lies in `a`. */
function chainOf(groupId: string | null): readonly string[] {
  if (groupId === null) return [];
  const parts = groupId.split(".");
  return parts.map((_, index) => parts.slice(0, index + 1).join("."));
}

function isWithin(groupId: string | null, group: string): boolean {
  return groupId === group || groupId?.startsWith(`${group}.`) === true;
}

function worst(members: readonly string[], width: number): string {
  let out = "";
  for (let run = 0; run < width; run++) {
    let best = WORST.length - 1;
    for (const states of members) {
      const rank = WORST.indexOf(states.charAt(run));
      if (rank >= 0 && rank < best) best = rank;
    }
    out += WORST.charAt(best);
  }
  return out;
}
