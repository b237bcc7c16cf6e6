import { describe, expect, it } from "vitest";
import { type AssetCondition, instant } from "@windlass/contract";
import { whyDag, type WaitingDagFacts } from "./why-dag.ts";

const leaf = (name: string): AssetCondition => ({
  kind: "asset",
  name,
  uri: `s3://${name}`,
  group: "asset",
  extra: {},
});
const AT = instant("2026-01-01T00:00:00Z");

function facts(waiting: readonly string[], overrides: Partial<WaitingDagFacts> = {}): WaitingDagFacts {
  return {
    dagId: "consumer",
    isPaused: false,
    schedulerAlive: true,
    condition: { kind: "all", of: [leaf("a"), { kind: "alias", name: "x", group: "asset" }] },
    waitingSince: ({ name }) => (waiting.includes(name) ? AT : undefined),
    assetsOf: (alias) => (alias === "x" ? [{ name: "b", uri: "s3://b" }] : []),
    activeRuns: 0,
    maxActiveRuns: 1,
    ...overrides,
  };
}

describe("why a Dag that waits for assets has no run", () => {
  it("is told by what is missing, and since when the rest is there", () => {
    const { assets, reasons } = whyDag(facts(["b"]));
    expect(assets).toEqual([
      { kind: "asset", name: "a", uri: "s3://a", fulfilled: false, since: null },
      { kind: "alias", name: "x", uri: null, fulfilled: true, since: AT },
    ]);
    expect(reasons.map(({ code, summary }) => [code, summary])).toEqual([
      ["waiting_for_assets", "No run until there are events of: s3://a."],
    ]);
  });

  it("is its bound where everything is there, and nothing where a run is about to be made", () => {
    expect(whyDag(facts(["a", "b"], { activeRuns: 1 })).reasons.map(({ code }) => code)).toEqual(["max_active_runs"]);
    expect(whyDag(facts(["a", "b"])).reasons).toEqual([]);
  });

  it("is the pause and the absent scheduler before all", () => {
    const { reasons } = whyDag(facts([], { isPaused: true, schedulerAlive: false }));
    expect(reasons.map(({ code }) => code)).toEqual(["scheduler_down", "dag_paused", "waiting_for_assets"]);
  });
});
