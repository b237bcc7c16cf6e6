import type { NewInstance } from "../../domain/advance.ts";
import type { SchedulerStore } from "./scheduler-store.ts";

const MORE = 256;

/** Keys for task instances that decisions make: taken at once from a reserve, which is filled between rounds. What is left over is never used. */
export class NewInstances {
  readonly #store: Pick<SchedulerStore, "reserveInstanceIds">;
  readonly #newAttemptId: () => string;
  readonly #ids: number[] = [];
  #wanted = 0;

  constructor(store: Pick<SchedulerStore, "reserveInstanceIds">, newAttemptId: () => string) {
    this.#store = store;
    this.#newAttemptId = newAttemptId;
  }

  /** So many keys; undefined where the reserve is too small, which is then filled by `fill`. */
  take(count: number): readonly NewInstance[] | undefined {
    if (this.#ids.length < count) {
      this.#wanted += count;
      return undefined;
    }
    return this.#ids.splice(0, count).map((id) => ({ id, attemptId: this.#newAttemptId() }));
  }

  /** Makes sure of what was wanted. @throws DatabaseError */
  async fill(): Promise<void> {
    if (this.#wanted === 0) return;
    this.#ids.push(...(await this.#store.reserveInstanceIds(this.#wanted + MORE)));
    this.#wanted = 0;
  }
}
