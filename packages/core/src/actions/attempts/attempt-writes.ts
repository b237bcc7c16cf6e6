import type { JsonValue } from "@windlass/contract";
import { deleteAssetState, storeAssetState } from "../../store/assets/asset-state.ts";
import type { AttemptRow } from "../../store/held-attempts.ts";
import { answerHumanRequests, insertHumanRequests } from "../../store/human-requests.ts";
import type { ActionContext } from "../context.ts";

export { deleteXcomOfAttempt, storeRenderedFields, storeRenderedMapIndex } from "../../store/execution-reads.ts";
export { setXcomOfAttempt } from "../../store/xcom.ts";
export { answerHumanRequests, insertHumanRequests };

/** A task keeps a value beside an asset, or forgets it (`value` left out), or all of them (`key` null). */
export async function changeAssetState(
  { database }: Pick<ActionContext, "database">,
  { dagId, runId, taskId, mapIndex }: AttemptRow,
  assetId: number,
  key: string | null,
  value?: JsonValue,
): Promise<void> {
  if (key === null || value === undefined) return deleteAssetState(database, assetId, key);
  await storeAssetState(database, assetId, key, value, { kind: "task", dagId, runId, taskId, mapIndex });
}
