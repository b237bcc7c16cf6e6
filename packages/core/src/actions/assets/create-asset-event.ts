import { invariant, type JsonObject, refusal, RefusalError, type Verdict } from "@windlass/contract";
import { recordAssetEvents } from "../../store/assets/record-asset-events.ts";
import { type AssetName, findStoredAsset, type StoredAsset } from "../../store/assets/find-asset.ts";
import type { Action } from "../action.ts";

/** An event as a caller makes it. */
export interface AssetEventInput {
  readonly asset: AssetName;
  readonly extra?: JsonObject | null | undefined;
  readonly partitionKey?: string | null | undefined;
}

/** Names the event that was made. */
export interface AssetEventResult {
  readonly id: number;
}

interface Plan {
  readonly asset: StoredAsset;
  readonly input: AssetEventInput;
}

/** Makes an event of an asset, as a task would: whoever waits for it runs. Its extra says that it came this way. */
export const createAssetEvent: Action<AssetEventInput, Plan, AssetEventResult> = {
  name: "asset.create_event",
  event: "create_asset_event",
  subject: ({ asset }) => ({ dagId: null, object: nameOf(asset) }),
  async decide(context, _request, input) {
    const isNamed = "id" in input.asset ? input.asset.id !== undefined : input.asset.uri !== undefined;
    const asset = isNamed ? await findStoredAsset(context.database, input.asset) : undefined;
    if (asset) return { verdicts: [], warnings: [], plan: { asset, input } };
    return { verdicts: isNamed ? [unknownAsset(input.asset)] : [], warnings: [], plan: null };
  },
  async execute(tx, context, _request, { asset: planned, input }) {
    const asset = await findStoredAsset(tx, { id: planned.id });
    if (!asset) throw new RefusalError(unknownAsset(input.asset).refusal);
    const { eventIds, queuedDagIds } = await recordAssetEvents(tx, [
      {
        asset,
        aliases: [],
        extra: { ...input.extra, from_rest_api: true },
        partitionKey: input.partitionKey ?? null,
        at: context.clock.now(),
        source: { dagRunId: null, dagId: null, runId: null, taskId: null, mapIndex: -1 },
      },
    ]);
    const [id] = eventIds;
    invariant(id !== undefined, "an event of a stored asset is written");
    return {
      result: { id },
      extra: { asset: asset.name, uri: asset.uri },
      afterCommit: () => {
        if (queuedDagIds.length > 0) context.signals.assetEventsQueued(queuedDagIds);
      },
    };
  },
};

function nameOf(asset: AssetName): string {
  return "id" in asset ? String(asset.id) : asset.uri;
}

/** That there is no such asset, as the two majors of Airflow say it where an event is made. */
function unknownAsset(asset: AssetName): Verdict {
  const name = nameOf(asset);
  const airflow = {
    v1: { title: "Dataset not found", detail: `Dataset with uri: '${name}' not found` },
    v2: `Asset with ID: \`${name}\` was not found`,
  };
  return {
    phase: "existence",
    refusal: refusal(
      "object.unknown",
      { kind: "asset", name, near: "" },
      { actual: name, pointer: "id" in asset ? "/asset_id" : "/dataset_uri", airflow },
    ),
  };
}
