import type { LogReader } from "../../../log-reader.ts";

/** Logs in memory: what a test appends is there at once for whoever follows. */
export interface MemoryLogs extends LogReader {
  append(attemptId: string, text: string): void;
}

/** Logs that are empty at first. */
export function memoryLogs(): MemoryLogs {
  const logs = new Map<string, Buffer>();
  const waiting = new Set<() => void>();
  return {
    append(attemptId, text) {
      logs.set(attemptId, Buffer.concat([logs.get(attemptId) ?? Buffer.alloc(0), Buffer.from(text)]));
      for (const wake of waiting) wake();
    },
    async read(attemptId, offset, limit) {
      const log = logs.get(attemptId);
      if (log === undefined) return undefined;
      const from = offset < 0 ? Math.max(0, log.length + offset) : Math.min(offset, log.length);
      const bytes = log.subarray(from, from + limit);
      return { bytes, nextOffset: from + bytes.length, totalBytes: log.length };
    },
    grown: (attemptId, fromBytes, waitMs, signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = globalThis.setTimeout(done, Math.min(waitMs, 50));
        waiting.add(done);
        signal.addEventListener("abort", done, { once: true });
        if ((logs.get(attemptId)?.length ?? 0) > fromBytes || signal.aborted) done();
      }),
  };
}
