import type { Fault } from "../../history/fault.ts";
import type { Tables } from "../tables.ts";

interface Begun {
  readonly by: string;
  readonly at: number;
  endedAt: number | null;
}

/** What user code really did, apart from what any row says: the ledger of a world. */
export class Ledger {
  readonly #begun = new Map<string, Begun>();
  readonly #found: Fault[] = [];
  readonly #tables: Tables;
  readonly #now: () => number;
  /** Attempts whose run was deleted: no row tells of them any more. */
  readonly #known = new Set<string>();

  constructor(tables: Tables, now: () => number) {
    this.#tables = tables;
    this.#now = now;
  }

  get size(): number {
    return this.#begun.size;
  }

  isRunning(attemptId: string): boolean {
    return this.#begun.get(attemptId)?.endedAt === null;
  }

  wasBegun(attemptId: string): boolean {
    return this.#begun.has(attemptId);
  }

  /** To be called before what was touched is forgotten. */
  afterCommit(): void {
    for (const id of this.#tables.touched.attempts)
      if (this.#tables.attempts.get(id)?.startedAt != null) this.#known.add(id);
  }

  begun(attemptId: string, by: string): void {
    const before = this.#begun.get(attemptId);
    if (before) this.#found.push({ invariant: "h01_begun_twice", row: { attemptId, by, before } });
    // Whoever runs it relies on a start that is committed.
    if (!this.#known.has(attemptId)) this.#found.push({ invariant: "h15_begun_before_commit", row: { attemptId, by } });
    this.#begun.set(attemptId, { by, at: this.#now(), endedAt: null });
  }

  ended(attemptId: string): void {
    const begun = this.#begun.get(attemptId);
    if (begun) begun.endedAt = this.#now();
  }

  /** New faults since it was asked. */
  faults(): readonly Fault[] {
    return this.#found.splice(0);
  }

  /** User code that still runs when everything is over. */
  stillRunning(): readonly Fault[] {
    return [...this.#begun].flatMap(([attemptId, { by, at, endedAt }]) =>
      endedAt === null ? [{ invariant: "h14_runs_on", row: { attemptId, by, at } }] : [],
    );
  }
}
