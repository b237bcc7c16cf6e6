import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { attemptLogPath } from "@windlass/core/queries";
import type { LogSink } from "@windlass/server";

/** Writes logs of attempts that ran elsewhere into the folder that the reader reads, as if they had run here. */
export function localLogSink(folder: string): LogSink {
  const writing = new Map<string, Promise<number>>();
  return {
    append(attemptId, offset, bytes, limit) {
      // Parts of one log go one after another: a repeated one must see what the first has written.
      const before = writing.get(attemptId) ?? Promise.resolve(0);
      const own = before.catch(() => 0).then(() => appendPart(attemptLogPath(folder, attemptId), offset, bytes, limit));
      writing.set(attemptId, own);
      const forget = (): void => {
        if (writing.get(attemptId) === own) writing.delete(attemptId);
      };
      own.then(forget, forget);
      return own;
    },
  };
}

async function appendPart(path: string, offset: number, bytes: Uint8Array, limit: number): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "a", 0o640);
  try {
    const { size } = await file.stat();
    const known = size - offset;
    // A gap, or nothing that is new.
    if (known < 0 || known >= bytes.length || size >= limit) return size;
    const fresh = bytes.subarray(known, Math.min(bytes.length, limit - offset));
    await file.write(fresh);
    return size + fresh.length;
  } finally {
    await file.close();
  }
}
