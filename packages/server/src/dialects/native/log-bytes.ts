import type { LogReader } from "../../log-reader.ts";

const PART_BYTES = 1_048_576;
const TAIL_PART_BYTES = 262_144;
const NEWLINE = 10;

/** Where the last `lines` lines of a log begin; the end is looked at, never the whole. */
export async function tailOffset(logs: LogReader, attemptId: string, lines: number): Promise<number> {
  const end = await logs.read(attemptId, 0, 0);
  let from = end?.totalBytes ?? 0;
  let found = 0;
  let isLast = true;
  while (from > 0) {
    const start = Math.max(0, from - TAIL_PART_BYTES);
    const part = await logs.read(attemptId, start, from - start);
    if (part === undefined) return 0;
    for (let index = part.bytes.length - 1; index >= 0; index -= 1) {
      // The newline at the very end closes the last line and begins none.
      if (part.bytes[index] === NEWLINE && !isLast) {
        found += 1;
        if (found === lines) return start + index + 1;
      }
      isLast = false;
    }
    from = start;
  }
  return 0;
}

/** The bytes of a log between two offsets, in parts. */
export async function* logBytes(
  logs: LogReader,
  attemptId: string,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array, number> {
  let offset = from;
  while (offset < to) {
    const part = await logs.read(attemptId, offset, Math.min(PART_BYTES, to - offset));
    if (part === undefined || part.bytes.length === 0) break;
    offset = part.nextOffset;
    yield part.bytes;
  }
  return offset;
}

/** Cuts a part behind its last whole line, unless it holds none. */
export function wholeLines(bytes: Uint8Array): Uint8Array {
  const last = bytes.lastIndexOf(NEWLINE);
  return last === -1 ? bytes : bytes.subarray(0, last + 1);
}
