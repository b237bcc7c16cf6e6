import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { AttemptError, Instant, LogLine } from "@windlass/contract";

/** Ends the log of an attempt whose runner could not do so. A full disk is no reason to fail: the state is told elsewhere. */
export async function writeLostMarker(logPath: string, error: AttemptError, now: Instant): Promise<void> {
  const line: LogLine = { timestamp: now, level: "error", source: "windlass", event: error.message, marker: "lost" };
  try {
    await mkdir(dirname(logPath), { recursive: true });
    // Whatever the runner was writing may have been cut off in the middle of a line.
    await appendFile(logPath, `\n${JSON.stringify(line)}\n`);
  } catch {
    // Nothing that can be mended here.
  }
}
