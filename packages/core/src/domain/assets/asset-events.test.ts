import { describe, expect, it } from "vitest";
import type { SerializedAsset, SerializedAssetRef } from "@windlass/contract";
import { assetEventDrafts } from "./asset-events.ts";

function named(name: string, extra = {}): SerializedAsset {
  return { name, uri: `s3://${name}`, group: "asset", extra };
}

const sales: SerializedAssetRef = { kind: "asset", ...named("sales") };
const reports: SerializedAssetRef = { kind: "alias", name: "reports", group: "asset" };

describe("the events of a task's outlets", () => {
  it("are one for each asset, empty where nothing was said", () => {
    expect(assetEventDrafts([sales], [])).toEqual([
      { asset: named("sales"), aliases: [], extra: {}, partitionKey: null },
    ]);
    expect(assetEventDrafts([sales], [{ asset: named("sales"), extra: { rows: 3 } }])).toMatchObject([
      { extra: { rows: 3 } },
    ]);
  });

  it("are one for each partition that was written", () => {
    const drafts = assetEventDrafts(
      [sales],
      [
        { asset: named("sales"), extra: {}, partitionKey: "2026-01-01" },
        { asset: named("sales"), extra: {}, partitionKey: "2026-01-02" },
      ],
    );
    expect(drafts.map((each) => each.partitionKey)).toEqual(["2026-01-01", "2026-01-02"]);
  });

  it("leave out what is no outlet, and an alias that was not filled", () => {
    expect(assetEventDrafts([reports], [{ asset: named("other"), extra: {} }])).toEqual([]);
    expect(assetEventDrafts([], [{ asset: named("sales"), extra: {}, alias: "reports" }])).toEqual([]);
  });

  it("are one for an asset that was found through several aliases with the same extra", () => {
    const more: SerializedAssetRef = { kind: "alias", name: "more", group: "asset" };
    const drafts = assetEventDrafts(
      [reports, more],
      [
        { asset: named("jan"), alias: "reports", extra: { a: 1, b: 2 } },
        { asset: named("jan"), alias: "more", extra: { b: 2, a: 1 } },
        { asset: named("jan"), alias: "more", extra: { b: 3 } },
      ],
    );
    expect(drafts.map(({ aliases, extra }) => [aliases, extra])).toEqual([
      [["reports", "more"], { a: 1, b: 2 }],
      [["more"], { b: 3 }],
    ]);
  });
});
