import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync(new URL("../../../docs/airflow-features.md", import.meta.url), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
const features = rows.filter(([first = ""]) => first !== "Airflow" && !/^-+$/.test(first));

describe("the table of Airflow's features", () => {
  it("has no blank cell, and a page for each feature", () => {
    expect(features.length).toBeGreaterThan(100);
    for (const row of features) {
      expect(row, row.join(" | ")).toHaveLength(3);
      expect(
        row.filter((cell) => cell === ""),
        row.join(" | "),
      ).toEqual([]);
      expect(row[2]).toMatch(/^\[[^\]]+\]\([^)]+\.md\)$/);
    }
  });

  it("says why where something is not there", () => {
    for (const [feature, answer = ""] of features) {
      if (/^not there/.test(answer)) expect(answer, feature).toMatch(/^not there[^:]*: .{10}/);
    }
  });

  it("names each feature once", () => {
    const names = features.map(([name]) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
