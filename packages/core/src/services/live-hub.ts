import type { LiveChange, LiveFeed, LiveHint } from "../queries/live.ts";

/** Hands committed changes on to whoever listens in this process. */
export class LiveHub implements LiveFeed {
  readonly #listeners = new Set<(changes: readonly (LiveChange | LiveHint)[]) => void>();

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  subscribe(listener: (changes: readonly (LiveChange | LiveHint)[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(changes: readonly (LiveChange | LiveHint)[]): void {
    if (changes.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch {
        // A screen's stream that breaks is its own matter.
      }
    }
  }
}
