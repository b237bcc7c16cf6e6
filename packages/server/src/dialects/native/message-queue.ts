/** Messages on their way to one reader, never more than a bound: a reader that is too slow is dropped and comes back with its cursor. */
export class MessageQueue {
  readonly #most: number;
  readonly #waiting: string[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether nothing more is taken. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Adds a message; where the reader is too far behind, the queue ends instead. */
  add(message: string): void {
    if (this.#ended) return;
    if (this.#waiting.length >= this.#most) this.end();
    else this.#waiting.push(message);
    this.#wake?.();
  }

  /** Ends the queue; what waits is dropped, because a reader that misses one message must come back anyway. */
  end(): void {
    this.#ended = true;
    this.#waiting.length = 0;
    this.#wake?.();
  }

  /** All that waits, as soon as there is something; undefined after `waitMs` without anything. An ended queue gives nothing at once. */
  async take(waitMs: number): Promise<string | undefined> {
    if (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    return this.#waiting.length === 0 ? undefined : this.#waiting.splice(0).join("");
  }
}
