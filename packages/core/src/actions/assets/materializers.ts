import { refusal, type Verdict } from "@windlass/contract";
import { listProducers } from "../../store/assets/find-asset.ts";
import type { ActionContext } from "../context.ts";

/** The one Dag whose run writes an asset, or why there is not exactly one. */
export async function materializers(
  context: ActionContext,
  assetId: number,
): Promise<{ readonly dagId: string | undefined; readonly verdicts: readonly Verdict[] }> {
  const producers = await listProducers(context.database, assetId);
  const [dagId] = producers;
  if (producers.length === 1) return { dagId, verdicts: [] };
  const id = String(assetId);
  if (dagId === undefined) {
    const details = {
      pointer: "path/asset_id",
      actual: assetId,
      airflow: { v2: `No Dag materializes asset with ID: ${id}` },
    };
    const unknown = refusal("object.unknown", { kind: "Dag that writes the asset", name: id, near: "" }, details);
    return { dagId: undefined, verdicts: [{ phase: "existence", refusal: unknown }] };
  }
  const several = refusal(
    "asset.several_producers",
    { asset_id: id, dag_ids: producers.join(", ") },
    { airflow: { v2: `More than one Dag materializes asset with ID: ${id}` } },
  );
  return { dagId: undefined, verdicts: [{ phase: "conflict", refusal: several }] };
}
