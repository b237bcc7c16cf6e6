import { Dag, defer, until } from "windlass";
import { fib } from "../src/floor/fib.ts";

/** Wall clock in milliseconds with fractions; all processes of a benchmark share the machine. */
const clock = () => performance.timeOrigin + performance.now();

const options = { schedule: null, maxActiveRuns: 10_000, maxActiveTasks: 10_000 } as const;
const noop = async () => clock();

export const single = new Dag("bench_single", options);
single.task("only", noop)();

export const held = new Dag("bench_paused", { ...options, isPausedUponCreation: true });
held.task("only", noop)();

export const chain = new Dag("bench_chain", options);
{
  const refs = Array.from({ length: 10 }, (_, i) => chain.task(`t${i}`, noop)());
  for (let i = 1; i < refs.length; i++) refs[i - 1]?.before(refs[i]!);
}

export const fan = new Dag("bench_fan", options);
{
  const first = fan.task("first", noop)();
  const last = fan.task("last", noop)();
  for (let i = 0; i < 100; i++) fan.task(`t${i}`, noop)().after(first).before(last);
}

export const wide = new Dag("bench_wide", options);
for (let i = 0; i < 100; i++) wide.task(`t${i}`, noop)();

/** The races: so many tasks one after the other, each with when it began and ended. */
function race(dagId: string, tasks: number, n: number): Dag {
  const dag = new Dag(dagId, options);
  const refs = Array.from({ length: tasks }, (_, i) =>
    dag.task(`t${i}`, async () => {
      const began = clock();
      const value = fib(n);
      return { value, began, ended: clock() };
    })(),
  );
  for (let i = 1; i < refs.length; i++) refs[i - 1]?.before(refs[i]!);
  return dag;
}
export const short = race("bench_race_short", 40, 10);
export const long = race("bench_race_long", 10, 33);

export const waiting = new Dag("bench_waiting", options);
for (let i = 0; i < 100; i++) waiting.task(`t${i}`, async () => await defer(until.duration("6h")))();

/** How late the wait's end is noticed, in milliseconds: from its moment to the code behind it. */
export const woken = new Dag("bench_woken", options);
woken.task("only", async () => {
  const event = (await defer(until.duration("1s"))) as { readonly moment: string };
  return clock() - Date.parse(event.moment);
})();

/** Waits for other Dags: half of them for a run, half for a task at a logical date. */
export const watching = new Dag("bench_watching", options);
for (let i = 0; i < 100; i++) {
  const runId = `never_${i}`;
  const wait =
    i % 2 === 0
      ? until.dagRun({ dagId: "bench_watched", runId })
      : until.tasks({ dagId: "bench_watched", logicalDates: ["2020-01-01T00:00:00Z"], taskIds: ["only"] });
  watching.task(`t${i}`, async () => await defer(wait))();
}

export const watched = new Dag("bench_watched", options);
watched.task("only", noop)();

/** When it went on after the run of `bench_watched` that its conf names, by the wall clock in milliseconds. */
export const follower = new Dag("bench_follower", options);
follower.task("only", async (_, { dagRun }) => {
  await defer(until.dagRun({ dagId: "bench_watched", runId: dagRun.conf["runId"] as string }));
  return clock();
})();
