import { setTimeout as delay } from "node:timers/promises";
import { isUnavailable } from "./database-error.ts";

const FIRST_MS = 50;
const LONGEST_MS = 2_000;

/**
 * Does something as often as it takes while the database is away.
 * @param wanted false: nobody waits for it any more; the last error comes out
 * @throws whatever else goes wrong
 */
export async function withPatience<T>(work: () => Promise<T>, wanted: () => boolean): Promise<T> {
  for (let wait = FIRST_MS; ; wait = Math.min(wait * 2, LONGEST_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error) || !wanted()) throw error;
      await delay(wait, undefined, { ref: false });
    }
  }
}
