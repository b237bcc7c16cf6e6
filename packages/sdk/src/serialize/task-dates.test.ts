import { describe, expect, it } from "vitest";
import { Dag } from "../index.ts";
import { definitionOf } from "../authoring/definition.ts";
import { serializeDag } from "./dag.ts";

function read(options: object, defaultTask: object = {}) {
  const dag = new Dag("dated", { timezone: "Europe/Berlin", defaultTask });
  dag.task("load", () => 1, options)();
  const { dag: made, errors } = serializeDag(definitionOf(dag), "dated.ts");
  const { startDate, endDate } = made?.tasks[0] ?? {};
  return { startDate, endDate, codes: errors.map(({ code }) => code) };
}

describe("dates of a task", () => {
  it("are read in the Dag's zone, and come from the defaults of all tasks too", () => {
    expect(read({ startDate: "2026-07-01", endDate: "2026-12-31T12:00Z" })).toEqual({
      startDate: "2026-06-30T22:00:00.000000Z",
      endDate: "2026-12-31T12:00:00.000000Z",
      codes: [],
    });
    expect(read({}, { endDate: "2026-12-31" }).endDate).toBe("2026-12-30T23:00:00.000000Z");
  });

  it("are load errors where they are none, or end before they begin", () => {
    expect(read({ startDate: "soon" }).codes).toEqual(["dag_file.bad_date"]);
    expect(read({ startDate: "2026-02-02", endDate: "2026-02-01" }).codes).toEqual(["dag_file.bad_option"]);
    expect(read({}, { endDate: 5 }).codes).toEqual(["dag_file.bad_date"]);
  });

  it("decide in dag.test which tasks the run has", async () => {
    const dag = new Dag("dated", {});
    dag.task("old", () => 1, { endDate: "2025-12-31" })();
    dag.task("new", () => 2, { startDate: "2026-01-01" })();
    const tasksAt = async (logicalDate?: string) =>
      (await dag.test(logicalDate === undefined ? {} : { logicalDate })).taskInstances.map(({ taskId }) => taskId);
    expect(await tasksAt("2025-06-01")).toEqual(["old"]);
    expect(await tasksAt("2026-06-01")).toEqual(["new"]);
    expect(await tasksAt()).toEqual(["old", "new"]);
  });
});
