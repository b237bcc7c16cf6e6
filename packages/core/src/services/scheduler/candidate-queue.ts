import { byPriority } from "../../domain/limits/select-queueable.ts";
import { taskKey, type QueueCandidate } from "../../domain/limits/slots.ts";

/** The candidates of one run in one class, the most urgent first. */
interface RunList {
  readonly dagRunId: number;
  readonly candidates: QueueCandidate[];
  /** Where it stands in its class's heap. */
  index: number;
}

/**
 * Task instances that wait for slots. They are kept in classes that stand or fall together at a bound (same pool, same slots, same queue; a task with a
 * bound of its own is a class by itself), and in each class in a heap of runs, so that asking for the most urgent ones costs what is asked for, not what waits.
 */
export class CandidateQueue {
  readonly #classes = new Map<string, ClassHeap>();
  readonly #classesOfRun = new Map<number, Set<ClassHeap>>();

  get isEmpty(): boolean {
    return this.#classesOfRun.size === 0;
  }

  add(candidate: QueueCandidate): void {
    const key = classOf(candidate);
    let heap = this.#classes.get(key);
    if (!heap) this.#classes.set(key, (heap = new ClassHeap(candidate.queue)));
    heap.add(candidate);
    const classes = this.#classesOfRun.get(candidate.dagRunId) ?? new Set();
    classes.add(heap);
    this.#classesOfRun.set(candidate.dagRunId, classes);
  }

  remove(candidate: QueueCandidate): void {
    const heap = this.#classes.get(classOf(candidate));
    if (heap?.remove(candidate)) this.#leave(candidate.dagRunId, heap);
  }

  removeRun(dagRunId: number): void {
    for (const heap of this.#classesOfRun.get(dagRunId) ?? []) heap.removeRun(dagRunId);
    this.#classesOfRun.delete(dagRunId);
    for (const [key, heap] of this.#classes) if (heap.isEmpty) this.#classes.delete(key);
  }

  /**
   * Enough of the most urgent candidates to fill the slots there are whatever the pools allow: as many of each class.
   * @param slotsFor how many slots there are for a queue
   * @param roomIn how many more task instances of a run may be active
   */
  top(slotsFor: (queue: string) => number, roomIn: (dagRunId: number) => number): readonly QueueCandidate[] {
    return [...this.#classes.values()].flatMap((heap) => heap.top(slotsFor(heap.queue), roomIn));
  }

  #leave(dagRunId: number, heap: ClassHeap): void {
    const classes = this.#classesOfRun.get(dagRunId);
    classes?.delete(heap);
    if (classes?.size === 0) this.#classesOfRun.delete(dagRunId);
    if (!heap.isEmpty) return;
    for (const [key, each] of this.#classes) if (each === heap) this.#classes.delete(key);
  }
}

function classOf(candidate: QueueCandidate): string {
  const { pool, poolSlots, queue, maxActivePerDag, maxActivePerRun } = candidate;
  const bounded = maxActivePerDag !== null || maxActivePerRun !== null;
  return `${pool}\n${String(poolSlots)}\n${queue}\n${bounded ? taskKey(candidate) : ""}`;
}

/** One class: a binary heap of runs by their most urgent candidate. */
class ClassHeap {
  readonly queue: string;
  readonly #heap: RunList[] = [];
  readonly #runs = new Map<number, RunList>();

  constructor(queue: string) {
    this.queue = queue;
  }

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  add(candidate: QueueCandidate): void {
    let list = this.#runs.get(candidate.dagRunId);
    if (!list) {
      list = { dagRunId: candidate.dagRunId, candidates: [candidate], index: this.#heap.length };
      this.#runs.set(candidate.dagRunId, list);
      this.#heap.push(list);
    } else list.candidates.splice(placeOf(list.candidates, candidate), 0, candidate);
    this.#restore(list);
  }

  /** @returns whether the run has none left here */
  remove(candidate: QueueCandidate): boolean {
    const list = this.#runs.get(candidate.dagRunId);
    if (!list) return false;
    const at = placeOf(list.candidates, candidate);
    if (list.candidates[at]?.id !== candidate.id) return false;
    list.candidates.splice(at, 1);
    if (list.candidates.length > 0) {
      this.#restore(list);
      return false;
    }
    this.removeRun(candidate.dagRunId);
    return true;
  }

  removeRun(dagRunId: number): void {
    const list = this.#runs.get(dagRunId);
    if (!list) return;
    this.#runs.delete(dagRunId);
    const last = this.#heap.pop();
    if (!last || last === list) return;
    last.index = list.index;
    this.#heap[list.index] = last;
    this.#restore(last);
  }

  /** The first ones in order, without taking them out: the heap is walked from its root along what could come next. */
  top(count: number, roomIn: (dagRunId: number) => number): readonly QueueCandidate[] {
    const found: QueueCandidate[] = [];
    const frontier: { readonly list: RunList; readonly at: number; readonly candidate: QueueCandidate }[] = [];
    const reach = (list: RunList | undefined, at: number): void => {
      const candidate = list?.candidates[at];
      if (!list || !candidate) return;
      let place = frontier.length;
      while (place > 0 && byPriority(frontier[place - 1]?.candidate ?? candidate, candidate) < 0) place -= 1;
      frontier.splice(place, 0, { list, at, candidate });
    };
    reach(this.#heap[0], 0);
    while (found.length < count) {
      const next = frontier.pop();
      if (!next) break;
      const { list, at, candidate } = next;
      if (at === 0) {
        reach(this.#heap[2 * list.index + 1], 0);
        reach(this.#heap[2 * list.index + 2], 0);
      }
      // A run at its bound is passed over, with all that it has.
      if (at >= roomIn(list.dagRunId)) continue;
      found.push(candidate);
      reach(list, at + 1);
    }
    return found;
  }

  #restore(list: RunList): void {
    while (list.index > 0 && this.#swapIfBefore(list, (list.index - 1) >> 1, true));
    for (;;) {
      const left = this.#heap[2 * list.index + 1];
      const right = this.#heap[2 * list.index + 2];
      const child = left && right && isBefore(right, left) ? right : left;
      if (!child || !this.#swapIfBefore(list, child.index, false)) return;
    }
  }

  #swapIfBefore(list: RunList, otherIndex: number, listFirst: boolean): boolean {
    const other = this.#heap[otherIndex];
    if (!other || !(listFirst ? isBefore(list, other) : isBefore(other, list))) return false;
    this.#heap[otherIndex] = list;
    this.#heap[list.index] = other;
    [list.index, other.index] = [other.index, list.index];
    return true;
  }
}

function isBefore(a: RunList, b: RunList): boolean {
  const [first] = a.candidates;
  const [second] = b.candidates;
  return first !== undefined && (second === undefined || byPriority(first, second) < 0);
}

/** Where a candidate stands, or would stand, in a sorted list. */
function placeOf(candidates: readonly QueueCandidate[], candidate: QueueCandidate): number {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = candidates[middle];
    if (at && byPriority(at, candidate) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
