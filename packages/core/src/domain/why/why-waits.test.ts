import { describe, expect, it } from "vitest";
import type { RunSnapshot } from "../snapshot.ts";
import { after } from "../test-support/drive.ts";
import { instanceOf, makeRun, makeTask, START } from "../test-support/make-run.ts";
import type { WhyContext } from "./reason.ts";
import { whyTaskInstance } from "./why-task-instance.ts";

const context: WhyContext = {
  now: START,
  schedulerAlive: true,
  runners: 1,
  runningRuns: 1,
  occupancy: {
    pools: new Map(),
    activeInRun: new Map(),
    activeOfTask: new Map(),
    activeOfTaskInRun: new Map(),
    executorFree: 1,
  },
};
const why = (run: RunSnapshot, taskId: string) => whyTaskInstance(run, instanceOf(run, taskId), context);

describe("why a task instance waits", () => {
  it("names the moment that a deferred one waits for, and the end of its patience", () => {
    const deferred = (notBefore: ReturnType<typeof after>) => {
      const run = makeRun([makeTask("a")], { a: "deferred" });
      const trigger = { kind: "moment", moment: after(60) } as const;
      return { ...run, taskInstances: run.taskInstances.map((each) => ({ ...each, trigger, notBefore })) };
    };
    expect(why(deferred(after(60)), "a")).toMatchObject([{ code: "deferred", until: after(60) }]);
    const [patient] = why(deferred(after(20)), "a");
    expect(patient).toMatchObject({ until: after(20) });
    expect(patient?.summary).toContain(`until ${after(20)} at the longest`);
  });

  it("names the setups of its scope that are not done", () => {
    const tasks = [
      makeTask("up", [], { isSetup: true }),
      makeTask("work", ["up"]),
      makeTask("more", ["work"]),
      makeTask("down", ["more", "up"], { isTeardown: true }),
    ];
    const reasons = why(makeRun(tasks, { up: "running", work: "success" }), "more");
    expect(reasons.map(({ code }) => code)).toEqual(["setup_not_done"]);
    expect(reasons[0]?.summary).toContain("up (running)");
  });

  it("names the tasks over whose results it is mapped", () => {
    const source = { kind: "xcom", taskId: "list", key: "return_value" } as const;
    const mapped = makeTask("each", ["list"], { expand: { kind: "product", arguments: { x: source } } });
    const run = makeRun([makeTask("list"), mapped], { list: "running" });

    expect(why(run, "each").map(({ code }) => code)).toContain("mapping_not_known");
  });
});
