import { asset, Dag, defer, until } from "windlass";
import { LEDGER, note, noteCall, work } from "./note.ts";

/*
 * One Dag of each kind of work that the engine does. Tasks of the queue `far` run on workers alone, the others beside the schedulers. Tries are so many that
 * no fault exhausts them.
 */

const options = {
  schedule: null,
  maxActiveRuns: 40,
  requires: { env: [LEDGER] },
  defaultTask: { retries: { attempts: 200, delay: "1s" } },
} as const;
const FAR = { queue: "far" } as const;

export const chain = new Dag("chain", options);
{
  const a = chain.task("a", () => work(100))();
  const b = chain.task("b", () => work(400), FAR)();
  const c = chain.task("c", () => work(100))();
  a.before(b);
  b.before(c);
}

export const fan = new Dag("fan", options);
{
  const items = fan.task("items", async () => {
    await work(50);
    return [1, 2, 3, 4, 5];
  })();
  const each = fan.task(
    "each",
    async ({ item }: { item: number }) => {
      await work(500);
      return item * 2;
    },
    FAR,
  );
  const all = each.expand({ item: items });
  fan.task("sum", async ({ values }: { values: number[] }) => {
    await work(50);
    const sum = values.reduce((total, value) => total + value, 0);
    // A result that came from nowhere, or twice, shows itself here.
    if (sum !== 30) throw new Error(`the sum of the doubled items is ${String(sum)}`);
    return sum;
  })({ values: all });
}

export const again = new Dag("again", options);
{
  const fails = again.task("fails_once", async (_: object, { tryNumber }) => {
    if (tryNumber === 1) {
      note("start");
      throw new Error("the first try fails");
    }
    return work(100);
  })();
  fails.before(again.task("far", () => work(200), FAR)());
}

export const waits = new Dag("waits", options);
{
  const waiter = async () => {
    note("start");
    await defer(until.duration("1s"));
    note("end");
  };
  waits
    .task("near", waiter)()
    .before(waits.task("far", waiter, FAR)());
}

export const ways = new Dag("ways", options);
{
  const choose = ways.branch("choose", async () => {
    await work(50);
    return ["left"];
  })();
  const left = ways.task("left", () => work(200), FAR)();
  const right = ways.task("right", () => work(200))();
  const join = ways.task("join", () => work(50), { triggerRule: "none_failed_min_one_success" })();
  choose.before(left, right);
  join.after(left, right);
}

const made = asset("chaos://made");
export const makes = new Dag("makes", options);
makes.task("make", () => work(200), { outlets: [made] })();

export const reads = new Dag("reads", { ...options, schedule: [made] });
reads.task("read", () => work(100), FAR)();

export const called = new Dag("called", {
  ...options,
  onSuccess: ({ dedupeKey }) => {
    noteCall(dedupeKey);
  },
  defaultTask: {
    ...options.defaultTask,
    onSuccess: ({ dedupeKey }) => {
      noteCall(dedupeKey);
    },
  },
});
called
  .task("first", () => work(100))()
  .before(called.task("second", () => work(100), FAR)());

export const long = new Dag("long", options);
long.task("near", () => work(8_000))();
long.task("far", () => work(8_000), FAR)();
