import { type ActionName, type Instant, readableDags, refusal, RefusalError } from "@windlass/contract";
import { deleteQueuedEvents as deleteRows } from "../../store/assets/delete-queued-events.ts";
import { findStoredAsset } from "../../store/assets/find-asset.ts";
import type { Action } from "../action.ts";

/** Which waiting events are taken back: of a Dag, of an asset, or of both. */
export interface QueuedEventsInput {
  readonly dagId?: string | undefined;
  readonly asset?: { readonly id: number } | { readonly uri: string } | undefined;
  readonly before?: Instant | undefined;
  /** What Airflow says where there is nothing to take back. */
  readonly nothing: { readonly v1?: { readonly title: string; readonly detail: string }; readonly v2?: string };
}

/** How many were taken back, counted by asset and Dag. */
export interface QueuedEventsResult {
  readonly deleted: number;
}

/** Takes back events that wait for runs. @param name the row of the action table, which differs by dialect and by what is named */
function takingBack(name: ActionName): Action<QueuedEventsInput, QueuedEventsInput, QueuedEventsResult> {
  return {
    name,
    event: "delete_queued_events",
    subject: ({ dagId = null, asset }) => ({
      dagId,
      ...(asset && { object: "id" in asset ? String(asset.id) : asset.uri }),
    }),
    decide: async (_context, _request, input) => ({ verdicts: [], warnings: [], plan: input }),
    async execute(tx, _context, request, input) {
      const asset = input.asset && (await findStoredAsset(tx, input.asset));
      const scope = readableDags(request.principal, "can_read");
      const deleted =
        input.asset && !asset
          ? 0
          : await deleteRows(tx, {
              dagId: input.dagId ?? null,
              assetId: asset?.id ?? null,
              before: input.before ?? null,
              dagIds: scope.all ? null : [...scope.dagIds],
            });
      if (deleted === 0) {
        const named = input.dagId ?? "the asset";
        throw new RefusalError(
          refusal("object.unknown", { kind: "queued asset event", name: named, near: "" }, { airflow: input.nothing }),
        );
      }
      return { result: { deleted }, extra: { deleted } };
    },
  };
}

/** Of an asset, of whatever Dag. */
export const deleteAssetQueue = takingBack("asset_queue.delete");
/** Of a Dag, of one asset or all. */
export const deleteDagQueue = takingBack("asset_queue.delete_of_dag");
/** As v1 has them, which asks for less. */
export const deleteDatasetQueue = takingBack("dataset_queue.delete");
export const deleteDagDatasetQueue = takingBack("dataset_queue.delete_of_dag");
