/** A source of chance that says the same for the same seed (mulberry32). */
export interface Seeded {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `least` up to `most`, both included. */
  between(least: number, most: number): number;
  pick<T>(from: readonly T[]): T | undefined;
  /** Another source, for something that draws at its own pace. */
  fork(): Seeded;
}

export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (from) => from[Math.floor(next() * from.length)],
    fork: () => seeded(Math.floor(next() * 4_294_967_296)),
  };
}
