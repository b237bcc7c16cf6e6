import { machineTimers, type Timers } from "../../database/timers.ts";

/** How leases are kept. */
export interface LeaseKeeperOptions {
  /** Renews these attempts' leases in one statement. @returns those that still have permission @throws where the database is away */
  readonly renew: (attemptIds: readonly string[]) => Promise<readonly string[]>;
  /** The attempts that are being run. */
  readonly attempts: () => readonly string[];
  /** These have lost their permission. */
  readonly onRevoked: (attemptIds: readonly string[]) => void;
  /** No lease could be renewed for `giveUpMs`: whatever runs must end before others take it for lost. */
  readonly onSilence: () => void;
  /** @defaultValue 10000 */
  readonly renewMs?: number;
  /** By the monotonic clock; less than the lease. @defaultValue 40000 */
  readonly giveUpMs?: number;
  /** @defaultValue the machine's */
  readonly timers?: Timers;
}

/**
 * Renews the leases of all running attempts of a supervisor at a fixed pace. It lives in the supervisor's process, never where user code runs: a busy
 * event loop there must not let a lease lapse.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #giveUpMs: number;
  readonly #timers: Timers;
  #end: (() => void) | undefined;
  #renewing: Promise<void> | undefined;
  #heldSince: number;
  #silencedAt = -Infinity;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#giveUpMs = options.giveUpMs ?? 40_000;
    this.#timers = options.timers ?? machineTimers;
    this.#heldSince = this.#timers.monotonic();
  }

  start(): void {
    this.#heldSince = this.#timers.monotonic();
    this.#end = this.#timers.every(this.#options.renewMs ?? 10_000, () => void this.renewNow());
  }

  async stop(): Promise<void> {
    this.#end?.();
    await this.#renewing;
  }

  /** One round of renewal; never rejects. Rounds do not overlap: one that hangs counts as silence. */
  renewNow(): Promise<void> {
    const now = this.#timers.monotonic();
    // Told once; again for what began since then, which has its own lease. What has been ended is still to be reported on, and counts as an attempt.
    if (now - Math.max(this.#heldSince, this.#silencedAt) >= this.#giveUpMs && this.#options.attempts().length > 0) {
      this.#silencedAt = now;
      this.#options.onSilence();
    }
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(): Promise<void> {
    const asked = this.#options.attempts();
    const began = this.#timers.monotonic();
    try {
      const held = asked.length === 0 ? asked : await this.#options.renew(asked);
      // The lease counts from when the request was made, not from when the answer came.
      this.#heldSince = began;
      const kept = new Set(held);
      const revoked = asked.filter((attemptId) => !kept.has(attemptId));
      if (revoked.length > 0) this.#options.onRevoked(revoked);
    } catch {
      // The next round tries again; `onSilence` comes when it was too often.
    }
  }
}
