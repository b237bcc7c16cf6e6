import type { Clock } from "@windlass/contract";
import { toMillis } from "@windlass/contract";
import type { Randomness } from "../actions/context.ts";

/** A new attempt id: a uuid v7, so that ids made one after another lie beside each other in the database's index. */
export function attemptId(clock: Clock, random: Randomness): string {
  const millis = toMillis(clock.now()).toString(16).padStart(12, "0");
  const bytes = random.bytes(10);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = ((bytes[2] ?? 0) & 0x3f) | 0x80;
  return `${millis.slice(0, 8)}-${millis.slice(8)}-7${hex.slice(1, 4)}-${variant.toString(16)}${hex.slice(6, 8)}-${hex.slice(8, 20)}`;
}
