import { median } from "../figures.ts";

/** Wall clock in milliseconds with fractions. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}

/** Hears from the code of the work that it ran. */
export class Ran {
  #times: number[] = [];
  #wanted = Infinity;
  #tell: (() => void) | undefined;

  /** Called by the work itself. */
  now(): void {
    this.#times.push(clock());
    if (this.#times.length >= this.#wanted) this.#tell?.();
  }

  /** Forgets what was before, and waits for so many. @returns when each ran */
  async next(count: number): Promise<readonly number[]> {
    this.#times = [];
    this.#wanted = count;
    await new Promise<void>((resolve) => {
      this.#tell = resolve;
    });
    return this.#times;
  }
}

const WARM_UP = 15;

/** p50 of the time from `begin` to the first code. */
export async function startTime(ran: Ran, rounds: number, begin: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let i = 0; i < rounds + WARM_UP; i++) {
    const times = ran.next(1);
    const sentAt = clock();
    const begun = begin();
    const [at = Number.NaN] = await times;
    if (i >= WARM_UP) samples.push(at - sentAt);
    await begun;
  }
  return median(samples);
}

/** p50 of the time from the first code to the last one, of `count` in all. */
export async function spanTime(
  ran: Ran,
  rounds: number,
  count: number,
  begin: () => Promise<unknown>,
): Promise<number> {
  const samples: number[] = [];
  const warmUp = Math.ceil(rounds / 5);
  for (let i = 0; i < rounds + warmUp; i++) {
    const times = ran.next(count);
    const begun = begin();
    const all = await times;
    if (i >= warmUp) samples.push(Math.max(...all) - Math.min(...all));
    await begun;
  }
  return median(samples);
}

/** Pieces of work a second, median of some repetitions; `begin` hands in and works off `count` of them. */
export async function rate(
  ran: Ran,
  repetitions: number,
  count: number,
  begin: () => Promise<unknown>,
): Promise<number> {
  const rates: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const times = ran.next(count);
    const sentAt = clock();
    const begun = begin();
    await times;
    rates.push((count * 1_000) / (clock() - sentAt));
    await begun;
  }
  return median(rates);
}
