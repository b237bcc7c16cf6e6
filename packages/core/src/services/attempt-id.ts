import { toMillis, type Clock } from "@windlass/contract";
import type { Randomness } from "../actions/context.ts";

// Asked for one by one, the system's random bytes cost more than the rest of an id.
const IDS_AT_ONCE = 256;
const BYTES = 10;

/** Makes attempt ids: uuids v7, so that ids made one after another lie beside each other in the database's index. */
export function attemptIds(clock: Clock, random: Randomness): () => string {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return () => {
    if (used + BYTES > pool.length) {
      pool = random.bytes(IDS_AT_ONCE * BYTES);
      used = 0;
    }
    const bytes = pool.subarray(used, (used += BYTES));
    return format(toMillis(clock.now()), bytes);
  };
}

function format(millis: number, bytes: Uint8Array): string {
  const time = millis.toString(16).padStart(12, "0");
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  const variant = (((bytes[2] ?? 0) & 0x3f) | 0x80).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(1, 4)}-${variant}${hex.slice(6, 8)}-${hex.slice(8, 20)}`;
}
