const FOR_MS = 30_000;

/** Runs that cannot be decided or written: they are left alone for a while, so that they do not stop the others. */
export class Quarantine {
  readonly #until = new Map<number, number>();

  add(dagRunId: number): void {
    this.#until.set(dagRunId, performance.now() + FOR_MS);
  }

  has(dagRunId: number): boolean {
    const until = this.#until.get(dagRunId);
    if (until === undefined) return false;
    if (until > performance.now()) return true;
    this.#until.delete(dagRunId);
    return false;
  }
}
