import type { Database, Sql, Transaction } from "@windlass/core/database";
import { Signal } from "../../src/services/signal.ts";

/** A statement that has not been sent yet. */
interface Stopped {
  readonly text: string;
  readonly go: () => void;
}

/** Holds the statements of one session until each is let go: those outside of a transaction, those within, and every COMMIT. */
export class StepGate {
  /** Something arrived, or what was let go is over. */
  readonly changed = new Signal();
  readonly #stopped: Stopped[] = [];
  #inFlight = 0;
  #isOpen = false;

  /** What the session would send next; undefined while it is on its way or has nothing to send. */
  get next(): string | undefined {
    return this.#inFlight === 0 ? this.#stopped[0]?.text : undefined;
  }

  /** Lets the next statement go. */
  step(): void {
    const next = this.#stopped.shift();
    if (next === undefined) return;
    // Counted here, not when the session goes on: until then it would look as if the one behind it could go as well.
    this.#inFlight += 1;
    next.go();
  }

  /** Stops nothing any more. */
  open(): void {
    this.#isOpen = true;
    while (this.#stopped.length > 0) this.step();
  }

  /** A database whose statements stop here. */
  guard(database: Database): Database {
    return {
      ...this.#guardSql(database),
      transaction: (work) => this.#transaction(database, work),
      listen: (channel, onNotify) => database.listen(channel, onNotify),
      notify: (channel, payload) => database.notify(channel, payload),
      close: () => Promise.resolve(),
      url: database.url,
    };
  }

  async #transaction<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
    let isCommitting = false;
    const committed = (): void => {
      if (isCommitting) this.#over();
      isCommitting = false;
    };
    try {
      return await database.transaction(async (tx) => {
        // It runs again where the one before was given up for a conflict.
        committed();
        const guarded = this.#guardSql(tx);
        // The last statement and COMMIT are two steps here, too: others may come in between.
        const result = await work({ ...guarded, last: guarded });
        await this.#pass("commit");
        isCommitting = true;
        return result;
      });
    } finally {
      committed();
    }
  }

  #guardSql(sql: Sql): Sql {
    const passing = async <T>(text: string, send: () => Promise<T>): Promise<T> => {
      await this.#pass(text);
      try {
        return await send();
      } finally {
        this.#over();
      }
    };
    return {
      query: (text, params) => passing(text, () => sql.query(text, params)),
      execute: (text, params) => passing(text, () => sql.execute(text, params)),
    };
  }

  async #pass(text: string): Promise<void> {
    if (this.#isOpen) {
      this.#inFlight += 1;
      return;
    }
    await new Promise<void>((go) => {
      this.#stopped.push({ text, go });
      this.changed.emit();
    });
  }

  #over(): void {
    this.#inFlight -= 1;
    this.changed.emit();
  }
}
