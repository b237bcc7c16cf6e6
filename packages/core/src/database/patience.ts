import { isUnavailable } from "./database-error.ts";
import { machineTimers, pause, type Timers } from "./timers.ts";

const FIRST_MS = 50;
const LONGEST_MS = 2_000;

/**
 * Does something as often as it takes while the database is away.
 * @param wanted false: nobody waits for it any more; the last error comes out
 * @throws whatever else goes wrong
 */
export async function withPatience<T>(
  work: () => Promise<T>,
  wanted: () => boolean,
  timers: Timers = machineTimers,
): Promise<T> {
  for (let wait = FIRST_MS; ; wait = Math.min(wait * 2, LONGEST_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error) || !wanted()) throw error;
      await pause(timers, wait);
    }
  }
}
