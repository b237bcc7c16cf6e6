import type {
  AssetEventValue,
  AssetKey,
  EmittedAssetEvent,
  InletEventQuery,
  Instant,
  JsonValue,
} from "@windlass/contract";
import { assetEventDrafts, type RunSnapshot, type Transition, writtenOutlets } from "@windlass/core/domain";
import type { GivenAssetEvent } from "../authoring/dag-test.ts";
import { assetOf } from "../serialize/asset-uri.ts";

function sameAsset(a: AssetKey, b: AssetKey): boolean {
  return a.name === b.name && a.uri === b.uri;
}

/** The asset events around a test's run: those that made it, those that it makes, and what is kept beside assets. */
export class TestAssets {
  /** The events that the run has made, in order. */
  readonly made: AssetEventValue[] = [];
  /** The events that made the run. */
  readonly triggering: readonly AssetEventValue[];
  readonly #state = new Map<string, JsonValue>();

  constructor(given: readonly GivenAssetEvent[], now: Instant) {
    this.triggering = given.map(({ asset, extra = {}, partitionKey = null }, index) => {
      const { name, uri, group } = assetOf(asset);
      return {
        id: index + 1,
        asset: { name, uri, group },
        aliases: [],
        timestamp: now,
        extra,
        sourceDagId: null,
        sourceTaskId: null,
        sourceRunId: null,
        sourceMapIndex: -1,
        partitionKey,
      };
    });
  }

  /** Makes the events of what transitions leave written. */
  record(
    run: RunSnapshot,
    transitions: readonly Transition[],
    emitted: readonly EmittedAssetEvent[],
    now: Instant,
    partitionKey: string | null,
  ): void {
    for (const transition of transitions) {
      if (transition.kind !== "task_instance") continue;
      for (const draft of assetEventDrafts(writtenOutlets(run.graph, transition), emitted)) {
        const { name, uri, group } = draft.asset;
        this.made.push({
          id: this.triggering.length + this.made.length + 1,
          asset: { name, uri, group },
          aliases: draft.aliases,
          timestamp: now,
          extra: draft.extra,
          sourceDagId: run.dagId,
          sourceTaskId: transition.taskId,
          sourceRunId: run.runId,
          sourceMapIndex: transition.mapIndex,
          partitionKey: draft.partitionKey ?? partitionKey,
        });
      }
    }
  }

  /** Events that a handler asks for. */
  find({ of, after, before, descending, limit }: InletEventQuery): readonly AssetEventValue[] {
    const found = [...this.triggering, ...this.made].filter(
      (event) =>
        (of.kind === "asset" ? sameAsset(event.asset, of) : event.aliases.includes(of.name)) &&
        (after === undefined || event.timestamp >= after) &&
        (before === undefined || event.timestamp < before),
    );
    return (descending === true ? found.reverse() : found).slice(0, limit ?? 1_000);
  }

  /** What is kept beside an asset. */
  state({ name, uri }: AssetKey, key: string): JsonValue | undefined {
    return this.#state.get(JSON.stringify([name, uri, key]));
  }

  /** Keeps a value beside an asset. */
  keep({ name, uri }: AssetKey, key: string, value: JsonValue): void {
    this.#state.set(JSON.stringify([name, uri, key]), value);
  }
}
