/** A binary heap: the first of its elements is always at hand. */
export class MinHeap<T> {
  readonly #comesBefore: (a: T, b: T) => boolean;
  readonly #elements: T[];

  /** @param sorted elements to begin with, in their order */
  constructor(comesBefore: (a: T, b: T) => boolean, sorted: readonly T[] = []) {
    this.#comesBefore = comesBefore;
    this.#elements = [...sorted];
  }

  get size(): number {
    return this.#elements.length;
  }

  /** The first one; it stays. */
  get first(): T | undefined {
    return this.#elements[0];
  }

  push(element: T): void {
    const elements = this.#elements;
    let at = elements.push(element) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = elements[above];
      if (parent === undefined || !this.#comesBefore(element, parent)) break;
      elements[at] = parent;
      at = above;
    }
    elements[at] = element;
  }

  /** Takes the first one away. */
  pop(): void {
    const elements = this.#elements;
    const last = elements.pop();
    if (last === undefined || elements.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const [left, right] = [elements[below], elements[below + 1]];
      if (left !== undefined && right !== undefined && this.#comesBefore(right, left)) below += 1;
      const child = elements[below];
      if (child === undefined || !this.#comesBefore(child, last)) break;
      elements[at] = child;
      at = below;
    }
    elements[at] = last;
  }
}
