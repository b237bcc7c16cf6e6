/** The lines of one log: raw text, parsed only when drawn. Grows in batches; who shows it is told once a batch. */
export class LogStore {
  readonly #lines: string[] = [];
  #version = 0;
  #complete = false;
  readonly #listeners = new Set<() => void>();

  /** Every line so far, raw. Grows in place: read it, never keep its length. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Grows with every change; what `useSyncExternalStore` compares. */
  get version(): number {
    return this.#version;
  }

  /** Whether nothing will follow. */
  get complete(): boolean {
    return this.#complete;
  }

  append(lines: readonly string[]): void {
    if (lines.length === 0) return;
    for (const line of lines) this.#lines.push(line);
    this.#changed();
  }

  finish(): void {
    this.#complete = true;
    this.#changed();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}
