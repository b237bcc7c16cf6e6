import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssetCondition, AssetKey } from "@windlass/contract";
import { type AssetFacts, assetText, conditionAssets, conditionLeaves, isConditionMet } from "./condition.ts";

function leaf(name: string): AssetCondition {
  return { kind: "asset", name, uri: `s3://${name}`, group: "asset", extra: {} };
}

function facts(names: readonly string[], aliases: Readonly<Record<string, readonly string[]>> = {}): AssetFacts {
  const fulfilled = new Set(names.map((name) => assetText({ name, uri: `s3://${name}` })));
  return {
    isFulfilled: (asset) => fulfilled.has(assetText(asset)),
    assetsOf: (alias): readonly AssetKey[] => (aliases[alias] ?? []).map((name) => ({ name, uri: `s3://${name}` })),
  };
}

const { condition: conditions } = fc.letrec<{ condition: AssetCondition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", "c", "d").map(leaf),
    fc.constantFrom<AssetCondition>({ kind: "alias", name: "x", group: "asset" }),
    fc.record({
      kind: fc.constantFrom("all" as const, "any" as const),
      of: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));
const someNames = fc.subarray(["a", "b", "c", "d"]);

describe("a condition on assets", () => {
  it("holds with all of its assets, or with any", () => {
    const both: AssetCondition = { kind: "all", of: [leaf("a"), { kind: "any", of: [leaf("b"), leaf("c")] }] };
    expect(isConditionMet(both, facts(["a"]))).toBe(false);
    expect(isConditionMet(both, facts(["b", "c"]))).toBe(false);
    expect(isConditionMet(both, facts(["a", "c"]))).toBe(true);
  });

  it("is fulfilled through an alias by any of the alias's assets", () => {
    const alias: AssetCondition = { kind: "alias", name: "x", group: "asset" };
    expect(isConditionMet(alias, facts(["a"]))).toBe(false);
    expect(isConditionMet(alias, facts(["a"], { x: ["b", "a"] }))).toBe(true);
  });

  it("never stops to hold because more happened", () => {
    fc.assert(
      fc.property(conditions, someNames, someNames, someNames, (condition, some, more, aliased) => {
        const aliases = { x: aliased };
        if (isConditionMet(condition, facts(some, aliases))) {
          expect(isConditionMet(condition, facts([...some, ...more], aliases))).toBe(true);
        }
      }),
    );
  });

  it("holds when everything happened, and only then if nothing but `all` is in it", () => {
    fc.assert(
      fc.property(conditions, someNames, (condition, some) => {
        const everything = ["a", "b", "c", "d"];
        expect(isConditionMet(condition, facts(everything, { x: everything }))).toBe(true);
        const names = conditionAssets(condition).map(({ name }) => name);
        const onlyAll: AssetCondition = { kind: "all", of: names.map(leaf) };
        expect(isConditionMet(onlyAll, facts(some))).toBe(names.every((name) => some.includes(name)));
      }),
    );
  });

  it("names each of its leaves once", () => {
    const twice: AssetCondition = { kind: "any", of: [leaf("a"), { kind: "all", of: [leaf("a"), leaf("b")] }] };
    expect(conditionLeaves(twice)).toEqual([leaf("a"), leaf("b")]);
  });
});
