export { loadAssetState } from "../store/assets/asset-state.ts";
export { loadInletEvents } from "../store/assets/attempt-asset-events.ts";
export { loadBundle as findBundle } from "../store/dag-versions.ts";
export {
  type AssetValue,
  findActiveAsset,
  findPreviousTaskInstance,
  findRescheduledSince,
  listAssetsOfAlias,
  listInactiveAssets,
  listVariableKeysBy,
  listXcomsOfTask,
} from "../store/execution-reads.ts";
export { findContinuation, listRunning } from "../store/held-attempts.ts";
export { findHumanRequest } from "../store/human-requests.ts";
export { countDagRuns, countTaskInstances, findPreviousDagRun, readTaskStates } from "./between-dags.ts";
