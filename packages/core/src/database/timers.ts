/** What waits: the machine's own timers, or those of a simulation. Nothing that waits here keeps a process alive. */
export interface Timers {
  /** Milliseconds that only grow, whatever somebody does to the wall clock. */
  monotonic(): number;
  /** Does something once. @returns what takes it back */
  after(ms: number, work: () => void): () => void;
  /** Does something again and again. @returns what ends it */
  every(ms: number, work: () => void): () => void;
  /** When everything that has arrived in this turn of the event loop has been heard. */
  turn(): Promise<void>;
}

/** The machine's. */
export const machineTimers: Timers = {
  monotonic: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
  every(ms, work) {
    const timer = setInterval(work, ms).unref();
    return () => {
      clearInterval(timer);
    };
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Waits. */
export function pause(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(ms, resolve);
  });
}
