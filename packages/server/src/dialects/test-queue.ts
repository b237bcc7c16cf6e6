import type { Server } from "../server.ts";

const AT_ONCE = 4;
const MOST_WAITING = 100;

/** Work of one server that nobody waits for: a few at a time, and not without end. */
class TestQueue {
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;

  /** @param work never rejects @returns false where too many wait */
  add(work: () => Promise<void>): boolean {
    if (this.#waiting.length >= MOST_WAITING) return false;
    this.#waiting.push(work);
    this.#next();
    return true;
  }

  #next(): void {
    if (this.#running >= AT_ONCE) return;
    const work = this.#waiting.shift();
    if (work === undefined) return;
    this.#running += 1;
    void work().finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }
}

const queues = new WeakMap<Server, TestQueue>();

/** The queue of a server's tests. */
export function testQueueOf(server: Server): TestQueue {
  const queue = queues.get(server) ?? new TestQueue();
  queues.set(server, queue);
  return queue;
}
