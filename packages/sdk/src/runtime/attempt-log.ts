import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Instant, LogLine } from "@windlass/contract";
import type { Secrets } from "./secrets.ts";

/** Bounds of one attempt's log. */
export const LOG_LIMITS = {
  /** Where the attempt names no limit of its own. */
  bytes: 64 * 1024 * 1024,
  /** A longer line is cut. */
  lineCharacters: 32_768,
  /** Lines within `windowMs` that are written at once; a flood beyond is written in batches. */
  promptLines: 200,
  windowMs: 100,
  batchCharacters: 65_536,
} as const;

/** What a line says; the log adds the time. */
export type NewLine = Omit<LogLine, "timestamp">;

function now(): Instant {
  return `${new Date().toISOString().slice(0, 23)}000Z` as Instant;
}

/**
 * One attempt's log file: one JSON object a line, appended. A calm log is written line by line, so that nothing is lost when the process is
 * killed; a flood is batched, capped and counted, and never blocks the task on anything but the disk. A full disk costs lines, not the task.
 */
export class AttemptLog {
  readonly #secrets: Secrets;
  readonly #maxBytes: number;
  #descriptor: number | null = null;
  #bytes = 0;
  #dropped = 0;
  #batch = "";
  #windowStart = 0;
  #inWindow = 0;
  #flush: NodeJS.Immediate | null = null;

  constructor(path: string, maxBytes: number, secrets: Secrets) {
    this.#secrets = secrets;
    this.#maxBytes = maxBytes;
    try {
      this.#descriptor = openSync(path, "a", 0o640);
    } catch {
      this.#descriptor = openWithFolder(path);
    }
  }

  /** Appends one line, unless the log is full. */
  write(line: NewLine): void {
    if (this.#bytes >= this.#maxBytes) {
      this.#dropped += 1;
      return;
    }
    const text = this.#format(line);
    const time = Date.now();
    if (time - this.#windowStart > LOG_LIMITS.windowMs) {
      this.#windowStart = time;
      this.#inWindow = 0;
    }
    this.#inWindow += 1;
    this.#batch += text;
    if (this.#inWindow <= LOG_LIMITS.promptLines || this.#batch.length > LOG_LIMITS.batchCharacters) this.flush();
    else this.#flush ??= setImmediate(() => this.flush());
  }

  #format(line: NewLine): string {
    const event =
      line.event.length > LOG_LIMITS.lineCharacters
        ? `${line.event.slice(0, LOG_LIMITS.lineCharacters)}… (${line.event.length} characters)`
        : line.event;
    // Masked before it is cut: half a secret is still a secret.
    const masked = this.#secrets.mask(line.event);
    const shown = masked === line.event ? event : masked.slice(0, LOG_LIMITS.lineCharacters);
    return `${this.#secrets.mask(JSON.stringify({ timestamp: now(), ...line, event: shown }))}\n`;
  }

  /** Writes what is waiting. */
  flush(): void {
    if (this.#flush !== null) clearImmediate(this.#flush);
    this.#flush = null;
    const batch = this.#batch;
    this.#batch = "";
    if (batch === "" || this.#descriptor === null) return;
    try {
      this.#bytes += writeSync(this.#descriptor, batch);
    } catch {
      this.#dropped += batch.split("\n").length - 1;
    }
  }

  /** Writes the count of dropped lines, the end marker, and closes the file. */
  end(line: NewLine): void {
    this.flush();
    if (this.#dropped > 0) {
      const event = `${this.#dropped} lines were dropped: the log reached its limit of ${this.#maxBytes} bytes, or the disk was full.`;
      this.#batch += this.#format({ level: "warning", source: "windlass", event, marker: "dropped" });
    }
    this.#batch += this.#format({ ...line, marker: "end" });
    this.flush();
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

/** The folder of a run's first log does not exist yet; looking before each open would cost every other attempt. */
function openWithFolder(path: string): number | null {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "a", 0o640);
  } catch {
    return null;
  }
}
