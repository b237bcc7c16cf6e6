import { setTimeout as delay } from "node:timers/promises";

/** Waits until a condition of another process holds; there is no signal across processes that a test could await instead. */
export async function until(holds: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`still not so after ${String(seconds)} s: ${holds.toString()}`);
    await delay(50);
  }
}
