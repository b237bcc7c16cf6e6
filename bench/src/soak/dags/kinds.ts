import { Dag, defer, until } from "windlass";

/* One Dag of each kind of work that a soak puts on an installation. Every run ends by itself within seconds. */

const options = { schedule: null, maxActiveRuns: 200, maxActiveTasks: 1_000 } as const;

export const chain = new Dag("soak_chain", options);
{
  const refs = Array.from({ length: 5 }, (_, i) => chain.task(`t${i}`, async () => i)());
  for (let i = 1; i < refs.length; i++) refs[i - 1]?.before(refs[i]!);
}

export const fan = new Dag("soak_fan", options);
{
  const first = fan.task("first", async () => null)();
  const last = fan.task("last", async () => null)();
  for (let i = 0; i < 10; i++)
    fan
      .task(`t${i}`, async () => console.log(`line of ${i}`))()
      .after(first)
      .before(last);
}

export const mapped = new Dag("soak_mapped", options);
{
  const items = mapped.task("items", async () => [1, 2, 3, 4, 5, 6, 7, 8])();
  const doubled = mapped.task("doubled", async ({ item }: { item: number }) => item * 2).expand({ item: items });
  mapped.task("sum", async ({ values }: { values: number[] }) => values.reduce((sum, each) => sum + each, 0))({
    values: doubled,
  });
}

export const again = new Dag("soak_again", options);
again.task(
  "fails_once",
  async (_: object, { tryNumber }) => {
    if (tryNumber === 1) throw new Error("the first try fails");
    return tryNumber;
  },
  { retries: { attempts: 2, delay: "1s" } },
)();

export const fails = new Dag("soak_fails", options);
{
  const first = fails.task("fails", async () => {
    throw new Error("it always fails");
  })();
  first.before(fails.task("never", async () => null)());
}

export const waits = new Dag("soak_waits", options);
waits.task("waits", async () => {
  await defer(until.duration("2s"));
  return "over";
})();

/** Results of some kilobytes from task to task. */
export const passes = new Dag("soak_passes", options);
{
  const made = passes.task("made", async () => Array.from({ length: 500 }, (_, n) => `item ${n}`))();
  const kept = passes.task("kept", async ({ items }: { items: string[] }) => items.filter((_, n) => n % 2 === 0))({
    items: made,
  });
  passes.task("counted", async ({ items }: { items: string[] }) => items.length)({ items: kept });
}
