import { invariant, type SerializedTask } from "@windlass/contract";

/** Airflow keeps priority weights in a 32-bit column and cuts what does not fit. */
const LARGEST = 2_147_483_647;

type Edges = ReadonlyMap<string, readonly string[]>;

/**
 * The sum of the own weights of all tasks that `order` and `next` lead to from each task, itself included. A task that is reached on
 * several ways counts once, so plain addition along the edges would be wrong: each task keeps a bit set of all it reaches.
 */
function reachedWeight(
  tasks: ReadonlyMap<string, SerializedTask>,
  order: readonly string[],
  next: Edges,
): Map<string, number> {
  const position = new Map(order.map((taskId, index) => [taskId, index]));
  const weights = order.map((taskId) => tasks.get(taskId)?.priorityWeight ?? 0);
  const words = Math.ceil(order.length / 32);
  const reached = new Map<string, Uint32Array>();
  const sums = new Map<string, number>();
  for (const taskId of order) {
    const own = position.get(taskId);
    invariant(own !== undefined, `task ${taskId} has no position`);
    const bits = new Uint32Array(words);
    bits[own >>> 5] = 1 << (own & 31);
    for (const other of next.get(taskId) ?? []) {
      const theirs = reached.get(other);
      invariant(theirs, `task ${other} stands on the wrong side of ${taskId}`);
      for (let word = 0; word < words; word++) bits[word] = (bits[word] ?? 0) | (theirs[word] ?? 0);
    }
    reached.set(taskId, bits);
    let sum = 0;
    for (let word = 0; word < words; word++) {
      let rest = bits[word] ?? 0;
      while (rest !== 0) {
        const bit = 31 - Math.clz32(rest);
        sum += weights[word * 32 + bit] ?? 0;
        rest &= ~(1 << bit);
      }
    }
    sums.set(taskId, sum);
  }
  return sums;
}

/**
 * What each task competes with for slots: under `absolute` its own weight, under `downstream` (Airflow's default) its own and that of all
 * tasks below it, under `upstream` its own and that of all above it.
 * @param order task ids, upstream first
 */
export function effectiveWeights(
  tasks: ReadonlyMap<string, SerializedTask>,
  order: readonly string[],
  downstream: Edges,
): Map<string, number> {
  const all = [...tasks.values()];
  const below = all.some((task) => task.weightRule === "downstream")
    ? reachedWeight(tasks, order.toReversed(), downstream)
    : undefined;
  const above = all.some((task) => task.weightRule === "upstream")
    ? reachedWeight(tasks, order, new Map(all.map((task) => [task.taskId, task.upstreamTaskIds])))
    : undefined;
  return new Map(
    all.map((task) => {
      const summed =
        task.weightRule === "absolute"
          ? undefined
          : (task.weightRule === "downstream" ? below : above)?.get(task.taskId);
      return [task.taskId, Math.max(-LARGEST, Math.min(LARGEST, summed ?? task.priorityWeight))];
    }),
  );
}
