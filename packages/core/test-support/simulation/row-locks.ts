import { DatabaseError } from "../../src/database/database-error.ts";

/** Who holds locks: a transaction. */
export interface LockHolder {
  readonly name: string;
}

interface Waiting {
  readonly holder: LockHolder;
  readonly grant: () => void;
  readonly refuse: (error: DatabaseError) => void;
}

/** Row locks as PostgreSQL has them: held to the end of a transaction, given in the order of asking, and a circle of waiters is broken. */
export class RowLocks {
  readonly #held = new Map<string, LockHolder>();
  readonly #queues = new Map<string, Waiting[]>();
  readonly #waitsFor = new Map<LockHolder, string>();

  isFree(key: string, holder: LockHolder): boolean {
    const owner = this.#held.get(key);
    return owner === undefined || owner === holder;
  }

  /** @throws DatabaseError (conflict) where the waiters would form a circle */
  acquire(key: string, holder: LockHolder): Promise<void> | undefined {
    const owner = this.#held.get(key);
    if (owner === undefined) this.#held.set(key, holder);
    if (owner === undefined || owner === holder) return undefined;
    if (this.#leadsTo(owner, holder)) throw new DatabaseError({ kind: "conflict" }, "deadlock detected");
    this.#waitsFor.set(holder, key);
    return new Promise((grant, refuse) => {
      const queue = this.#queues.get(key) ?? [];
      queue.push({ holder, grant, refuse });
      this.#queues.set(key, queue);
    });
  }

  /** Ends the waiting of somebody who waits. */
  refuse(holder: LockHolder, error: DatabaseError): void {
    const key = this.#waitsFor.get(holder);
    if (key === undefined) return;
    const queue = this.#queues.get(key) ?? [];
    const at = queue.findIndex((each) => each.holder === holder);
    const [waiting] = queue.splice(at, 1);
    this.#waitsFor.delete(holder);
    waiting?.refuse(error);
  }

  releaseAll(holder: LockHolder): void {
    for (const [key, owner] of this.#held) {
      if (owner !== holder) continue;
      this.#held.delete(key);
      const next = this.#queues.get(key)?.shift();
      if (!next) continue;
      this.#held.set(key, next.holder);
      this.#waitsFor.delete(next.holder);
      next.grant();
    }
  }

  isWaiting(holder: LockHolder): boolean {
    return this.#waitsFor.has(holder);
  }

  #leadsTo(from: LockHolder, to: LockHolder): boolean {
    for (let at: LockHolder | undefined = from; at !== undefined;) {
      if (at === to) return true;
      const key = this.#waitsFor.get(at);
      at = key === undefined ? undefined : this.#held.get(key);
    }
    return false;
  }
}
