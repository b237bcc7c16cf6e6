import { Dag, defer, until } from "windlass";

/* Dags of many sizes in two shapes: all tasks by themselves, and ten chains beside each other. */

const SIZES = [1, 10, 100, 1_000, 10_000] as const;
const CHAINS = 10;
const options = { schedule: null, maxActiveRuns: 100_000, maxActiveTasks: 100_000 } as const;
const noop = async () => null;

export const wide = SIZES.map((size) => {
  const dag = new Dag(`grow_wide_${size}`, options);
  for (let i = 0; i < size; i++) dag.task(`t${i}`, noop)();
  return dag;
});

export const chains = SIZES.filter((size) => size > 1).map((size) => {
  const dag = new Dag(`grow_chains_${size}`, options);
  const refs = Array.from({ length: size }, (_, i) => dag.task(`t${i}`, noop)());
  for (let i = CHAINS; i < size; i++) refs[i - CHAINS]?.before(refs[i]!);
  return dag;
});

/** A run that is active and does nothing. */
export const held = new Dag("grow_held", options);
held.task("waits", async () => await defer(until.duration("12h")))();
