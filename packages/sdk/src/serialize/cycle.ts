import type { TaskDefinition } from "../authoring/definition.ts";
import type { Upstream } from "./edges.ts";

/**
 * Finds one cycle. Not recursive: a chain of 100,000 tasks must not overflow the stack.
 * @returns the tasks in the order of the edges, the first one again at the end; undefined where there is no cycle
 */
export function findCycle(tasks: readonly TaskDefinition[], upstream: Upstream): readonly TaskDefinition[] | undefined {
  const done = new Set<TaskDefinition>();
  for (const start of tasks) {
    if (done.has(start)) continue;
    const path: TaskDefinition[] = [start];
    const onPath = new Set(path);
    const pending = [[...(upstream.get(start) ?? [])]];
    while (path.length > 0) {
      const next = pending.at(-1)?.pop();
      if (next === undefined) {
        const left = path.pop();
        pending.pop();
        if (left !== undefined) {
          onPath.delete(left);
          done.add(left);
        }
      } else if (onPath.has(next)) {
        // The path leads upstream; read backwards it follows the edges.
        return [...path.slice(path.indexOf(next)), next].reverse();
      } else if (!done.has(next)) {
        path.push(next);
        onPath.add(next);
        pending.push([...(upstream.get(next) ?? [])]);
      }
    }
  }
  return undefined;
}
