/** Which tasks are still to be examined: positions in topological order, each once, the lowest first. */
export interface Agenda {
  add(position: number): void;
  /** The lowest position not yet taken; undefined at the end. */
  take(): number | undefined;
}

/** All positions. What a move adds lies behind it and comes anyway. */
export function fullAgenda(size: number): Agenda {
  let next = 0;
  return {
    add() {},
    take: () => (next < size ? next++ : undefined),
  };
}

/**
 * Only what is added: a binary heap. The order matters as much as the choice: a task that is examined before its upstream has settled could
 * be skipped where it ought to be `upstream_failed`.
 */
export function growingAgenda(): Agenda {
  const heap: number[] = [];
  const known = new Set<number>();
  const at = (index: number): number => heap[index] ?? Infinity;

  function swap(a: number, b: number): void {
    [heap[a], heap[b]] = [at(b), at(a)];
  }

  return {
    add(position) {
      if (known.has(position)) return;
      known.add(position);
      let index = heap.push(position) - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (at(parent) <= at(index)) break;
        swap(parent, index);
        index = parent;
      }
    },
    take() {
      const lowest = heap[0];
      const last = heap.pop();
      if (lowest === undefined || last === undefined || heap.length === 0) return lowest;
      heap[0] = last;
      let index = 0;
      for (;;) {
        const left = 2 * index + 1;
        const child = at(left + 1) < at(left) ? left + 1 : left;
        if (at(index) <= at(child)) return lowest;
        swap(index, child);
        index = child;
      }
    },
  };
}
