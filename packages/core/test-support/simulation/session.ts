import { DatabaseError } from "../../src/database/database-error.ts";
import type { Defect } from "./defects.ts";
import { type LockHolder, RowLocks } from "./row-locks.ts";
import type { InstanceRow, RunRow } from "./rows.ts";
import type { Tables } from "./tables.ts";

// As our connections have it.
const LOCK_TIMEOUT_MS = 5_000;

/** What the sessions of one database share. */
export class Server {
  readonly tables: Tables;
  readonly locks = new RowLocks();
  readonly defects: ReadonlySet<Defect>;
  /** What a defect leaves for the next commit to write. */
  readonly overdue: (() => void)[] = [];
  /** After every transaction that wrote something, with what wrote it. */
  onCommit: (by: string) => void = () => undefined;
  /** Transactions that are under way. */
  readonly sessions = new Set<Session>();
  /** Does something after a while, where there is time at all. */
  after: (ms: number, work: () => void) => () => void = () => () => undefined;

  constructor(tables: Tables, defects: Iterable<Defect> = []) {
    this.tables = tables;
    this.defects = new Set(defects);
  }

  /** A restart: what is not committed is lost. */
  restart(): void {
    for (const session of this.sessions) session.end();
  }

  /** One statement by itself: all of it at one moment. */
  atOnce<T>(by: string, work: () => T): T {
    const result = work();
    this.onCommit(by);
    return result;
  }
}

/** One transaction: it holds locks and keeps what it writes to itself, until it ends. */
export class Session implements LockHolder {
  readonly name: string;
  readonly server: Server;
  /** What this transaction has made of rows and nobody else sees yet. */
  readonly runs = new Map<number, RunRow>();
  readonly instances = new Map<number, InstanceRow>();
  readonly #writes: (() => void)[] = [];
  /** COMMIT is on its way: whatever becomes of who sent it, the server does it. */
  isSent = false;
  onEnd: () => void = () => undefined;
  #state: "open" | "committed" | "aborted" = "open";

  constructor(server: Server, name: string) {
    this.server = server;
    this.name = name;
    server.sessions.add(this);
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** @throws DatabaseError where the transaction was ended from outside */
  assertOpen(): void {
    if (this.#state !== "open")
      throw new DatabaseError({ kind: "unavailable", mayHaveRun: false }, "terminating connection");
  }

  /** Locks rows one after the other, in the order in which they are given. */
  async lock(keys: Iterable<string>): Promise<void> {
    for (const key of keys) {
      const granted = this.server.locks.acquire(key, this);
      if (!granted) continue;
      const cancel = this.server.after(LOCK_TIMEOUT_MS, () => {
        this.server.locks.refuse(this, new DatabaseError({ kind: "lock_timeout" }, "lock timeout"));
      });
      await granted.finally(cancel);
      this.assertOpen();
    }
  }

  /** Locks a row unless somebody else has. */
  async lockIfFree(key: string): Promise<boolean> {
    if (!this.server.locks.isFree(key, this)) return false;
    await this.lock([key]);
    return true;
  }

  /** Something that the commit does. */
  write(work: () => void): void {
    this.#writes.push(work);
  }

  run(id: number): RunRow | undefined {
    return this.runs.get(id) ?? this.server.tables.runs.get(id);
  }

  instance(id: number): InstanceRow | undefined {
    return this.instances.get(id) ?? this.server.tables.instances.get(id);
  }

  commit(): void {
    this.assertOpen();
    this.#state = "committed";
    for (const work of this.server.overdue.splice(0)) work();
    for (const work of this.#writes) work();
    this.#ended();
    if (this.#writes.length > 0) this.server.onCommit(this.name);
  }

  /** The process ends it, or its end is noticed. */
  abort(): void {
    if (!this.isSent) this.end();
  }

  /** The server ends it. */
  end(): void {
    if (this.#state !== "open") return;
    this.#state = "aborted";
    this.server.locks.refuse(this, new DatabaseError({ kind: "unavailable", mayHaveRun: false }, "connection lost"));
    this.#ended();
  }

  #ended(): void {
    this.server.locks.releaseAll(this);
    this.server.sessions.delete(this);
    this.onEnd();
  }
}

/** Names of locks. */
export const lockOf = {
  pool: (name: string): string => `pool ${name}`,
  dag: (dagId: string): string => `dag ${dagId}`,
  run: (id: number): string => `run ${String(id)}`,
  instance: (id: number): string => `instance ${String(id)}`,
  runId: (dagId: string, runId: string): string => `run id ${dagId} ${runId}`,
  logicalDate: (dagId: string, date: string): string => `date ${dagId} ${date}`,
  triggerKey: (key: string): string => `trigger ${key}`,
} as const;
