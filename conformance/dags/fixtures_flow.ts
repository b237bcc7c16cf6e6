/** Twins of Airflow's fixture Dags that go beyond a chain. */
import { asset, Dag, defer, getContext, label, until } from "windlass";

const common = { startDate: "2026-01-01T00:00:00Z", catchup: false, isPausedUponCreation: false } as const;

export const grouped = new Dag("grouped", common);
const begin = grouped.empty("begin");
const outer = grouped.taskGroup("outer", { tooltip: "The outer group" });
const a = outer.empty("a");
const inner = outer.taskGroup("inner");
const b = inner.empty("b");
const c = inner.empty("c");
b.before(c);
a.before(label("then", inner));
const end = grouped.empty("end");
begin.before(outer);
outer.before(end);

const EVERY_RULE = [
  "all_success",
  "all_failed",
  "all_done",
  "one_success",
  "one_failed",
  "one_done",
  "none_failed",
  "none_skipped",
  "all_skipped",
  "always",
  "none_failed_min_one_success",
  "all_done_setup_success",
] as const;

export const rules = new Dag("rules", common);
const good = rules.task("good", () => 1)();
const bad = rules.task(
  "bad",
  () => {
    throw new RangeError("bad");
  },
  { retries: { attempts: 0 } },
)();
for (const triggerRule of EVERY_RULE) rules.empty(`r_${triggerRule}`, { triggerRule }).after(good, bad);

export const pooled = new Dag("pooled", common);
const one = pooled.task("one", () => 1, { pool: "small", priorityWeight: 5 });
const two = pooled.task("two", () => 2, { pool: "small" });
one();
two();

export const branching = new Dag("branching", common);
const choose = branching.branch("choose", () => (getContext().dagRun.conf.way ?? "left") as string | string[])();
const left = branching.empty("left").after(choose);
const right = branching.empty("right").after(choose);
branching.empty("join", { triggerRule: "none_failed_min_one_success" }).after(left, right);
branching.empty("strict").after(left, right);

export const shortCircuit = new Dag("short_circuit", common);
const gate = shortCircuit.shortCircuit("gate", () => Boolean(getContext().dagRun.conf.open))();
const middle = shortCircuit.empty("middle").after(gate);
shortCircuit.empty("last", { triggerRule: "all_done" }).after(middle);

export const mapped = new Dag("mapped", common);
const numbers = mapped.task("numbers", () => (getContext().dagRun.conf.numbers ?? [1, 2, 3]) as number[]);
const double = mapped.task("double", ({ n }: { n: number }) => {
  if (n < 0) throw new RangeError("negative");
  return n * 2;
});
const total = mapped.task("total", ({ values }: { values: number[] }) => values.reduce((sum, each) => sum + each, 0));
total({ values: double.expand({ n: numbers() }) });

export const setupTeardown = new Dag("setup_teardown", common);
const make = setupTeardown.task("make", () => "resource")();
const work = setupTeardown.task("work", () => {
  if (getContext().dagRun.conf.fail) throw new RangeError("asked to fail");
})();
const drop = setupTeardown.task("drop", () => "dropped")();
make.asSetup({ teardown: drop }).before(work);
work.before(drop);

export const deferred = new Dag("deferred", common);
const wait = deferred.task("wait", async () => {
  await defer(until.duration("2s"));
})();
deferred.empty("after").after(wait);

const fixture = asset("s3://bucket/fixture");

export const producer = new Dag("producer", common);
producer.task("write", () => "written", { outlets: [fixture] })();

export const consumer = new Dag("consumer", { ...common, schedule: [fixture] });
consumer.task("read", () => "read")();

export const parent = new Dag("parent", common);
parent.triggerDagRun("call_simple", { dagId: "simple", conf: { from: "parent" } });
