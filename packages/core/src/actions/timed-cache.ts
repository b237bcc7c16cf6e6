/** A clock that only goes forward, in milliseconds. */
export type Monotonic = () => number;

interface Entry<V> {
  readonly value: Promise<V>;
  readonly until: number;
}

/**
 * Values that may be a little old. Callers that ask for the same key at the same time share one load; a failed load is not kept. What is
 * older than the time to live is never returned, which bounds how late a change elsewhere is seen.
 */
export class TimedCache<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #now: Monotonic;
  readonly #ttlMs: number;
  readonly #most: number;
  readonly #keep: (value: V) => boolean;

  constructor(options: {
    readonly now: Monotonic;
    readonly ttlMs: number;
    readonly most: number;
    readonly keep?: (value: V) => boolean;
  }) {
    this.#now = options.now;
    this.#ttlMs = options.ttlMs;
    this.#most = options.most;
    this.#keep = options.keep ?? (() => true);
  }

  /** The value of a key, loaded where there is none that is fresh. */
  get(key: string, load: () => Promise<V>): Promise<V> {
    const known = this.#entries.get(key);
    const now = this.#now();
    if (known && known.until > now) return known.value;
    const value = load();
    const entry = { value, until: now + this.#ttlMs };
    this.#entries.delete(key);
    if (this.#entries.size >= this.#most) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, entry);
    const drop = (): void => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    };
    value.then((loaded) => {
      if (!this.#keep(loaded)) drop();
    }, drop);
    return value;
  }

  /** Forgets one key, or everything. */
  forget(key?: string): void {
    if (key === undefined) this.#entries.clear();
    else this.#entries.delete(key);
  }
}
