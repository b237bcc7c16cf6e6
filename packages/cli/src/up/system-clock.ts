import { type Clock, fromMillis } from "@windlass/contract";

const DRIFT_MS = 2;

/** The machine's wall clock with microseconds: the monotonic clock from an anchor, anchored anew when the wall clock was moved. */
export function systemClock(): Clock {
  let wall = Date.now();
  let monotonic = performance.now();
  return {
    now() {
      const elapsed = performance.now() - monotonic;
      const real = Date.now();
      if (Math.abs(wall + elapsed - real) > DRIFT_MS) {
        wall = real;
        monotonic = performance.now();
        return fromMillis(wall);
      }
      return fromMillis(wall + elapsed);
    },
  };
}
