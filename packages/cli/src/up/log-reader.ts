import { type FSWatcher, watch } from "node:fs";
import { open, stat } from "node:fs/promises";
import { attemptLogPath } from "@windlass/core/queries";
import type { LogReader } from "@windlass/server";

/** Reads task logs of a local folder; a log's path follows from its attempt id alone, never from anything a user wrote. */
export function localLogReader(folder: string): LogReader {
  return {
    async read(attemptId, offset, limit) {
      const file = await open(attemptLogPath(folder, attemptId), "r").catch(() => undefined);
      if (file === undefined) return undefined;
      try {
        const { size } = await file.stat();
        const from = offset < 0 ? Math.max(0, size + offset) : Math.min(offset, size);
        const bytes = new Uint8Array(Math.min(limit, size - from));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
        return { bytes: bytes.subarray(0, bytesRead), nextOffset: from + bytesRead, totalBytes: size };
      } finally {
        await file.close();
      }
    },
    async grown(attemptId, fromBytes, waitMs, signal) {
      const path = attemptLogPath(folder, attemptId);
      const watching = changeOf(path, waitMs, signal);
      // Looked at after the watch began, so that what is written in between is not missed.
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      );
      if (size > fromBytes) watching.end();
      await watching.ended;
    },
  };
}

/** Settles at the first change of a file, after a while, or when the signal fires. A file that is not there yet is only waited for. */
function changeOf(path: string, waitMs: number, signal: AbortSignal): { readonly ended: Promise<void>; end(): void } {
  let watcher: FSWatcher | undefined;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      end();
    }, waitMs);
    end = () => {
      clearTimeout(timer);
      watcher?.close();
      signal.removeEventListener("abort", end);
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
    try {
      watcher = watch(path, { persistent: false }, () => {
        end();
      });
      watcher.on("error", () => {
        end();
      });
    } catch {
      // Not there yet: the timer ends the wait.
    }
  });
  if (signal.aborted) end();
  return { ended, end };
}
