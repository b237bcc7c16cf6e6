import type { Database } from "../database/sql.ts";
import { EVENTS_CHANNEL } from "../queries/live.ts";

const COALESCE_MS = 50;

/** Tells other processes that events were committed: one notification for all that happened within some milliseconds. */
export class EventsNotifier {
  readonly #database: Database;
  readonly #sender: string;
  #timer: NodeJS.Timeout | undefined;

  /** @param sender what its own process knows its notifications by */
  constructor(database: Database, sender: string) {
    this.#database = database;
    this.#sender = sender;
  }

  /** Events were committed. */
  tell(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // Whoever missed it reads on at its next poll.
      this.#database.notify(EVENTS_CHANNEL, this.#sender).catch(() => undefined);
    }, COALESCE_MS).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
