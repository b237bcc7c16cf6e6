import type { SerializedDag } from "@windlass/contract";

/** The tasks in a task group and in the groups within it. */
export function tasksOfGroup({ tasks, taskGroups }: SerializedDag, groupId: string): readonly string[] {
  const within = new Set([groupId]);
  for (let size = 0; size !== within.size;) {
    size = within.size;
    for (const group of taskGroups)
      if (group.parentGroupId !== null && within.has(group.parentGroupId)) within.add(group.groupId);
  }
  return tasks.filter(({ taskGroupId }) => taskGroupId !== null && within.has(taskGroupId)).map(({ taskId }) => taskId);
}
