import { describe, expect, it } from "vitest";
import { treeRows } from "./tree.ts";
import { cellState, unpackGrid } from "./unpack.ts";

const run = (runId: string, states: string) =>
  JSON.stringify({ run_id: runId, state: "success", run_type: "manual", run_after: "2026-01-01T00:00:00Z", states });
const text = [
  JSON.stringify({
    structure: {
      tasks: [
        { task_id: "a", group_id: null },
        { task_id: "g.b", group_id: "g" },
        { task_id: "g.h.c", group_id: "g.h" },
      ],
    },
  }),
  run("newest", "SFr"),
  run("oldest", "S-"),
  "",
].join("\n");

describe("the grid's lines", () => {
  it("become rows over runs from the oldest to the newest", () => {
    const grid = unpackGrid(text);
    expect(grid.runs.map(({ run_id }) => run_id)).toEqual(["oldest", "newest"]);
    expect(grid.rows).toEqual(["SS", "-F", "-r"]);
    expect(cellState("u")).toBe("upstream_failed");
    expect(cellState("?")).toBe("none");
  });

  it("without any run leave the tasks' names", () => {
    const grid = unpackGrid(`${text.split("\n")[0]!}\n`);
    expect(grid.rows).toEqual(["", "", ""]);
  });
});

describe("the rows in view", () => {
  const grid = unpackGrid(text);

  it("stand under their groups, indented", () => {
    expect(treeRows(grid, new Set(), "").map(({ kind, label, depth }) => [kind, label, depth])).toEqual([
      ["task", "a", 0],
      ["group", "g", 0],
      ["task", "b", 1],
      ["group", "h", 1],
      ["task", "c", 2],
    ]);
  });

  it("are one row with the worst state where a group is folded", () => {
    const rows = treeRows(grid, new Set(["g"]), "");
    expect(rows.map(({ id, states }) => [id, states])).toEqual([
      ["a", "SS"],
      ["g", "-F"],
    ]);
  });

  it("are only those whose id holds the filter's text", () => {
    expect(treeRows(grid, new Set(), "c").map(({ id }) => id)).toEqual(["g", "g.h", "g.h.c"]);
  });
});
