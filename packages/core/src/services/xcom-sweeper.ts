import type { Database } from "../database/sql.ts";
import { forgetObjects, listDeletedObjects, listLooseObjects, markObjectsDeleted } from "../store/xcom-object-rows.ts";
import { OPEN_SECONDS } from "../store/xcom-objects/object-kind.ts";
import type { XcomObjects } from "../store/xcom-objects/xcom-objects.ts";
import { Repeating } from "./repeating.ts";
import type { OnProblem } from "./service.ts";

/** How XComs outside of the database are swept. */
export interface XcomSweeperOptions {
  readonly database: Database;
  readonly objects: XcomObjects;
  readonly onProblem: OnProblem;
  /** @defaultValue 30000 */
  readonly everyMs?: number;
  /** How long after it was named an object may still be written. @defaultValue 4200 */
  readonly writableSeconds?: number;
}

const LIMIT = 500;
const AT_ONCE = 8;
// Beyond what an address stays open, a write that was begun in time may take this long.
const WRITE_SECONDS = 600;

/**
 * Deletes objects that no XCom refers to any more. Rows are the truth: who deletes a run, clears a task or starts a new try only deletes rows, and what a
 * crash leaves behind is found in the same way. Any number of sweepers may meet.
 */
export function xcomSweeper(options: XcomSweeperOptions): Repeating {
  const { database, objects, onProblem, writableSeconds = OPEN_SECONDS + WRITE_SECONDS } = options;

  /** @returns those that are gone */
  async function remove(addresses: readonly string[]): Promise<readonly string[]> {
    const gone: string[] = [];
    let problem: unknown;
    const rest = [...addresses];
    const worker = async (): Promise<void> => {
      for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
        try {
          await objects.delete(next);
          gone.push(next);
        } catch (error) {
          problem = error;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (problem !== undefined) onProblem("xcom-sweeper", problem);
    return gone;
  }

  return new Repeating({
    name: "xcom-sweeper",
    everyMs: options.everyMs ?? 30_000,
    onProblem,
    round: async () => {
      for (let more = true; more;) {
        const loose = await listLooseObjects(database, LIMIT);
        const gone = await remove(loose);
        if (gone.length > 0) await markObjectsDeleted(database, gone);
        more = gone.length === LIMIT;
      }
      const gone = await remove(await listDeletedObjects(database, writableSeconds, LIMIT));
      if (gone.length > 0) await forgetObjects(database, gone);
    },
  });
}
