import type { EmittedAssetEvent, JsonObject, JsonValue, SerializedAsset, SerializedAssetRef } from "@windlass/contract";
import type { DagGraph } from "../snapshot.ts";
import type { TaskInstanceTransition, TransitionReason } from "../transition.ts";
import { assetText } from "./condition.ts";

/** An event that a success makes. */
export interface AssetEventDraft {
  readonly asset: SerializedAsset;
  /** The aliases that it came through; empty for an asset that is an outlet itself. */
  readonly aliases: readonly string[];
  readonly extra: JsonObject;
  /** null: the run's. */
  readonly partitionKey: string | null;
}

// A success that somebody set by hand has written nothing.
const WRITING: ReadonlySet<TransitionReason> = new Set<TransitionReason>(["attempt_succeeded", "nothing_to_execute"]);

/** The outlets that a transition leaves written: those of a task that succeeded by itself. */
export function writtenOutlets(graph: DagGraph, transition: TaskInstanceTransition): readonly SerializedAssetRef[] {
  if (transition.to !== "success" || !WRITING.has(transition.reason)) return [];
  return graph.tasks.get(transition.taskId)?.outlets ?? [];
}

/**
 * The events of a task's outlets, by Airflow's rules: an asset has one event for each thing that was said of it, or one with an empty extra where nothing
 * was. An alias has events only for the assets that it was resolved to; the same asset with the same extra through several aliases is one event. What is
 * said of anything that is no outlet counts for nothing.
 */
export function assetEventDrafts(
  outlets: readonly SerializedAssetRef[],
  emitted: readonly EmittedAssetEvent[],
): readonly AssetEventDraft[] {
  const direct = outlets.flatMap((outlet): AssetEventDraft[] => {
    if (outlet.kind !== "asset") return [];
    const { kind: _kind, ...asset } = outlet;
    const said = emitted.filter((each) => each.alias === undefined && assetText(each.asset) === assetText(asset));
    if (said.length === 0) return [{ asset, aliases: [], extra: {}, partitionKey: null }];
    return said.map(({ extra, partitionKey = null }) => ({ asset, aliases: [], extra, partitionKey }));
  });
  const aliases = new Set(outlets.flatMap((outlet) => (outlet.kind === "alias" ? [outlet.name] : [])));
  const through = emitted.filter(({ alias }) => alias !== undefined && aliases.has(alias));
  const groups = Map.groupBy(through, ({ asset, extra, partitionKey }) =>
    JSON.stringify([asset.name, asset.uri, sorted(asset.extra), sorted(extra), partitionKey ?? null]),
  );
  return [
    ...direct,
    ...[...groups.values()].flatMap((same): AssetEventDraft[] => {
      const [first] = same;
      if (first === undefined) return [];
      const names = new Set(same.flatMap(({ alias }) => alias ?? []));
      return [
        {
          asset: first.asset,
          aliases: [...names],
          extra: first.extra,
          partitionKey: first.partitionKey ?? null,
        },
      ];
    }),
  ];
}

/** A value whose objects have their members in one order, so that equal ones have the same text. */
function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}
