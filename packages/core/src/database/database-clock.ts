import { type Clock, FollowedClock, type Instant, invariant } from "@windlass/contract";
import type { Sql } from "./sql.ts";

/** How a database's clock is followed. */
export interface DatabaseClockOptions {
  /** Milliseconds between the end of a look and the next. @defaultValue 10000 */
  readonly everyMs?: number;
  /** Milliseconds that only grow. @defaultValue performance.now */
  readonly monotonic?: () => number;
}

/**
 * The database's wall clock, looked at now and then and counted on by the monotonic clock: all processes of an installation agree on the moment, and
 * a machine whose clock is set, or wrong, changes nothing. As long as the database does not answer it goes on by itself.
 */
export class DatabaseClock implements Clock {
  readonly #sql: Sql;
  readonly #everyMs: number;
  readonly #monotonic: () => number;
  readonly #clock: FollowedClock;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  private constructor(sql: Sql, first: Instant, { everyMs, monotonic }: Required<DatabaseClockOptions>) {
    this.#sql = sql;
    this.#everyMs = everyMs;
    this.#monotonic = monotonic;
    this.#clock = new FollowedClock(first, monotonic);
    this.#plan();
  }

  /** @throws DatabaseError where the database does not answer */
  static async open(sql: Sql, options: DatabaseClockOptions = {}): Promise<DatabaseClock> {
    const { everyMs = 10_000, monotonic = () => performance.now() } = options;
    return new DatabaseClock(sql, await look(sql), { everyMs, monotonic });
  }

  now(): Instant {
    return this.#clock.now();
  }

  /** Looks at the database's clock. @throws DatabaseError where it does not answer */
  async runOnce(): Promise<void> {
    const asked = this.#monotonic();
    const told = await look(this.#sql);
    this.#clock.follow(told, this.#monotonic() - asked);
  }

  /** It is looked at no more; what it says goes on. Safe twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #plan(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      // One that failed says nothing: the next one may.
      this.#round = this.runOnce()
        .catch(() => undefined)
        .finally(() => {
          this.#plan();
        });
    }, this.#everyMs);
    this.#timer.unref();
  }
}

async function look(sql: Sql): Promise<Instant> {
  const [row] = await sql.query<{ now: Instant }>("select clock_timestamp() as now");
  invariant(row !== undefined, "a select without a table has one row");
  return row.now;
}
