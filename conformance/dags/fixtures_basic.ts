/** Twins of Airflow's plain fixture Dags: the same ids, tasks, edges and settings. */
import { setTimeout as pause } from "node:timers/promises";
import { Dag, cron, getContext } from "windlass";

const START = "2026-01-01T00:00:00Z";
const TWO_MINUTES_MS = 120_000;
const common = { startDate: START, catchup: false, isPausedUponCreation: false } as const;

export const simple = new Dag("simple", { ...common, tags: ["basic"] });
const hello = simple.task("hello", () => {
  console.log("hello from simple");
  return "hello";
});
hello();

export const chain3 = new Dag("chain3", { ...common, tags: ["basic", "chain"], description: "Three tasks in a row" });
const first = chain3.task("first", () => 1);
const second = chain3.task("second", ({ x }: { x: number }) => x + 1);
const third = chain3.task("third", ({ x }: { x: number }) => x * 10);
third({ x: second({ x: first() }) });

export const paused = new Dag("paused", { ...common, isPausedUponCreation: true });
const pausedHello = paused.task("hello", () => "hello");
pausedHello();

export const daily = new Dag("daily", {
  ...common,
  schedule: cron("0 3 * * *"),
  isPausedUponCreation: true,
  tags: ["schedule"],
});
daily.empty("only");

export const hourlyZone = new Dag("hourly_zone", {
  ...common,
  schedule: cron("15 * * * *"),
  endDate: "2026-01-02T00:00:00Z",
  isPausedUponCreation: true,
  tags: ["schedule"],
});
hourlyZone.empty("only");

export const failing = new Dag("failing", common);
const boom = failing.task(
  "boom",
  () => {
    throw new RangeError("this task always fails");
  },
  { retries: { attempts: 0 } },
);
const never = failing.task("after", () => "never");
boom().before(never());

export const retrying = new Dag("retrying", common);
const secondTimeLucky = retrying.task(
  "second_time_lucky",
  () => {
    const { tryNumber } = getContext();
    if (tryNumber < 2) throw new RangeError("first try fails");
    return tryNumber;
  },
  { retries: { attempts: 2, delay: "1s" } },
);
secondTimeLucky();

export const slow = new Dag("slow", common);
const sleep = slow.task("sleep", async () => {
  await pause(TWO_MINUTES_MS, undefined, { signal: getContext().signal });
});
const done = slow.task("after", () => "done");
sleep().before(done());

export const singleActive = new Dag("single_active", { ...common, maxActiveRuns: 1 });
const sleepAlone = singleActive.task("sleep", async () => {
  await pause(TWO_MINUTES_MS, undefined, { signal: getContext().signal });
});
sleepAlone();

export const documented = new Dag("documented", {
  ...common,
  tags: ["docs", "alpha", "beta"],
  description: "A described Dag",
  docMd: "# Title\nSome *markdown*.",
  ownerLinks: { "team-a": "https://example.com/team-a" },
  defaultTask: { owner: "team-a" },
  maxActiveTasks: 4,
  maxActiveRuns: 3,
  dagrunTimeout: "1h",
});
documented.empty("only", { docMd: "what this task does" });
