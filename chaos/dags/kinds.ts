import { asset, Dag, defer, every, until } from "windlass";
import { goOn, LEDGER, note, noteCall, startDeafGrandchild, work } from "./note.ts";
import { START } from "./start.ts";

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

/** Runs that nobody triggers, one after the other from the beginning on. */
export const ticks = new Dag("ticks", { ...options, schedule: every("10s"), startDate: START, catchup: true });
ticks.task("tick", () => work(50))();

/** Stands still for longer than a lease, and nothing else in its process goes on meanwhile. */
export const blocks = new Dag("blocks", options);
{
  const block = (): string => {
    note("start");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 9_000);
    note("end");
    return "done";
  };
  blocks
    .task("near", block)()
    .before(blocks.task("far", block, FAR)());
}

/** Hears no word that it is to end, and has a grandchild that hears none either, in a session of its own, which goes on giving signs of life. */
export const stubborn = new Dag("stubborn", options);
{
  const resist = async (): Promise<string> => {
    const heard = process.listeners("SIGTERM");
    process.removeAllListeners("SIGTERM").on("SIGTERM", () => undefined);
    const grandchild = startDeafGrandchild();
    await work(6_000);
    // What ends well has to tidy up by itself.
    if (grandchild.pid !== undefined) process.kill(-grandchild.pid, "SIGKILL");
    process.removeAllListeners("SIGTERM");
    for (const listener of heard) process.on("SIGTERM", listener);
    return "done";
  };
  stubborn.task("near", resist)();
  stubborn.task("far", resist, FAR)();
}

/** Writes more than anybody reads. */
export const floods = new Dag("floods", options);
{
  const flood = async (): Promise<string> => {
    note("start");
    for (let line = 0; line < 20_000; line += 1) console.log(`${String(line)} ${"all work and no play ".repeat(8)}`);
    console.log("x".repeat(2_000_000));
    console.log("\u0000\u001b[31m\ud800 is no character");
    note("end");
    return Promise.resolve("done");
  };
  floods.task("near", flood)();
  floods.task("far", flood, FAR)();
}

/** Takes its process with it, in another way at each of its first tries. */
export const rude = new Dag("rude", options);
{
  const end = (_: object, { tryNumber }: { readonly tryNumber: number }): Promise<string> => {
    note("start");
    if (tryNumber === 1) process.exit(3);
    if (tryNumber === 2) process.kill(process.pid, "SIGKILL");
    if (tryNumber === 3) void Promise.reject(new Error("nobody waits for this"));
    return tryNumber === 3 ? new Promise(() => undefined) : goOn(50);
  };
  rude.task("near", end)();
  rude.task("far", end, FAR)();
}
