/** Twins of Airflow's fixture Dags that go beyond a chain, as far as the engine can express them. The rest: `stand-ins.ts`. */
import { Dag } from "windlass";

const common = { startDate: "2026-01-01T00:00:00Z", catchup: false, isPausedUponCreation: false } as const;

export const grouped = new Dag("grouped", common);
const begin = grouped.empty("begin");
const outer = grouped.taskGroup("outer", { tooltip: "The outer group" });
const a = outer.empty("a");
const inner = outer.taskGroup("inner");
const b = inner.empty("b");
const c = inner.empty("c");
b.before(c);
a.before(b);
const end = grouped.empty("end");
begin.before(a);
c.before(end);

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
