import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { Randomness } from "../context.ts";
import type { Monotonic } from "../timed-cache.ts";

const MOST = 5000;

/**
 * Remembers passwords that were right, as keyed hashes, so that a caller who sends Basic with every request pays for one slow hash a minute.
 * Failures are never kept. The key lives in this process alone; the account's stamp is part of what is hashed, so a change voids the entry.
 */
export class BasicCache {
  readonly #key: KeyObject;
  readonly #now: Monotonic;
  readonly #ttlMs: number;
  readonly #until = new Map<string, number>();
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(random: Randomness, now: Monotonic, ttlSeconds: number) {
    this.#key = createSecretKey(random.bytes(32));
    this.#now = now;
    this.#ttlMs = ttlSeconds * 1000;
  }

  /** What stands for a user name, a password and the account's stamp. */
  digest(userName: string, password: string, stamp: string): string {
    return createHmac("sha256", this.#key)
      .update(JSON.stringify([userName.toLowerCase(), password, stamp]))
      .digest("base64");
  }

  has(digest: string): boolean {
    const until = this.#until.get(digest);
    if (until === undefined) return false;
    if (until > this.#now()) return true;
    this.#until.delete(digest);
    return false;
  }

  remember(digest: string): void {
    if (this.#ttlMs === 0) return;
    if (this.#until.size >= MOST) {
      const oldest = this.#until.keys().next().value;
      if (oldest !== undefined) this.#until.delete(oldest);
    }
    this.#until.set(digest, this.#now() + this.#ttlMs);
  }

  /** Runs one verification for all who ask for the same thing at the same time. */
  once<T>(digest: string, verify: () => Promise<T>): Promise<T> {
    const running = this.#running.get(digest);
    if (running) return running as Promise<T>;
    const started = verify().finally(() => this.#running.delete(digest));
    this.#running.set(digest, started);
    return started;
  }
}
