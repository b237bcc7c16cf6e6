import type { Chance } from "./chance.ts";

/** How bad a world is: what may happen in it, and how often. */
export interface Weather {
  /** Of a question or its answer to be lost. */
  readonly lossOfStatements: number;
  /** Of a COMMIT to be lost on the way, to be answered to nobody, or to be done only after somebody has given up waiting. */
  readonly lossOfCommits: number;
  /** Longest time that a statement usually takes on its way. */
  readonly latencyMs: number;
  /** Of a signal between processes to be lost, and to be told twice. */
  readonly lossOfSignals: number;
  readonly doubleSignals: number;
  /** Mean milliseconds between faults of a kind; 0: never. */
  readonly crashes: number;
  readonly freezes: number;
  readonly clockJumps: number;
  readonly partitions: number;
  readonly restartsOfDatabase: number;
  /** Furthest that a clock jumps. */
  readonly clockJumpMs: number;
  /** Mean milliseconds between what people do. */
  readonly people: number;
}

const HOUR = 3_600_000;

/** Some worlds are calm, some have one kind of trouble, some have all of them. */
export function drawWeather(chance: Chance): Weather {
  const stormy = chance.happens(0.3);
  const maybe = (mean: number): number => (stormy || chance.happens(0.35) ? mean * (0.5 + chance.fraction()) : 0);
  return {
    lossOfStatements: chance.pick([0, 0, 0.004, 0.02]),
    lossOfCommits: chance.pick([0, 0.02, 0.1]),
    latencyMs: chance.pick([1, 4, 40]),
    lossOfSignals: chance.pick([0, 0.3, 1]),
    doubleSignals: chance.pick([0, 0.3]),
    crashes: maybe(6_000),
    freezes: maybe(9_000),
    clockJumps: maybe(8_000),
    partitions: maybe(9_000),
    restartsOfDatabase: maybe(15_000),
    clockJumpMs: chance.pick([HOUR, 48 * HOUR]),
    people: chance.pick([0, 900, 3_000]),
  };
}

/** Nothing happens any more: what there is comes to its end. */
export const CALM: Weather = {
  lossOfStatements: 0,
  lossOfCommits: 0,
  latencyMs: 1,
  lossOfSignals: 0,
  doubleSignals: 0,
  crashes: 0,
  freezes: 0,
  clockJumps: 0,
  partitions: 0,
  restartsOfDatabase: 0,
  clockJumpMs: 0,
  people: 0,
};
