import type { Randomness } from "./context.ts";

/** Evenly spread over [0, 1): spreads the delays of retries. */
export function randomFraction(random: Randomness): number {
  const [a = 0, b = 0, c = 0] = random.bytes(3);
  return (a * 0x10000 + b * 0x100 + c) / 0x1000000;
}
