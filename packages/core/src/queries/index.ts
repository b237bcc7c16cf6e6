export { isUnavailable } from "../database/database-error.ts";
export { ACCOUNT_SORTS, type AccountRow, findAccount, listAccounts } from "./accounts.ts";
export { type ApiKeyRow, listApiKeys } from "./api-keys.ts";
export { AUDIT_SORTS, type AuditFilter, type AuditRow, findAudit, listAudit } from "./audit-log.ts";
export {
  BACKFILL_SORTS,
  type BackfillDateRow,
  type BackfillProgress,
  type BackfillRow,
  findBackfill,
  listBackfillDates,
  listBackfills,
  readBackfillProgress,
} from "./backfills.ts";
export {
  ALIAS_SORTS,
  type AliasRow,
  ASSET_SORTS,
  type AssetFilter,
  assetIdsOf,
  type AssetRow,
  type AssetUse,
  findAlias,
  findAsset,
  findAssetByUri,
  listAliases,
  listAssets,
} from "./assets.ts";
export {
  ASSET_EVENT_SORTS,
  type AssetEventFilter,
  type AssetEventRow,
  type ConsumingRun,
  listAssetEvents,
} from "./asset-events.ts";
export { type AssetStateRow, findAssetState, listAssetState } from "./asset-state.ts";
export { listQueuedEvents, type QueuedEventFilter, type QueuedEventRow } from "./queued-asset-events.ts";
export { type Ordering, type Page, type Paging, type Range } from "./conditions.ts";
export { type ConnectionTestRow, findConnectionTest } from "./connection-tests.ts";
export { CONNECTION_SORTS, type ConnectionRow, findConnection, listConnections } from "./connections.ts";
export { listDagIdsOfFile } from "./dag-files.ts";
export { listDagTags } from "./dag-tags.ts";
export {
  DAG_VERSION_SORTS,
  type DagSource,
  type DagVersionNames,
  type DagVersionRow,
  type DefinedVersion,
  findDagSource,
  findDagVersion,
  findDefinition,
  listDagVersions,
  taskDisplayNames,
  taskOf,
} from "./dag-versions.ts";
export {
  countActiveRuns,
  DAG_SORTS,
  type DagFilter,
  type DagRow,
  type DagSort,
  findDag,
  listDagIds,
  listDags,
} from "./dags.ts";
export { replayEvents } from "./event-replay.ts";
export { type EventRow, latestEventId, listRunEvents, readEvents } from "./events.ts";
export { type GridRun, readGrid } from "./grid.ts";
export { readHealth, type ServiceHealth } from "./health.ts";
export { findImportError, IMPORT_ERROR_SORTS, type ImportErrorRow, listImportErrors } from "./import-errors.ts";
export {
  EVENTS_CHANNEL,
  listChangesAfter,
  type LiveChange,
  type LiveFeed,
  type LiveHint,
  newestEventId,
} from "./live.ts";
export { isAssigned } from "../domain/human/judge-answer.ts";
export {
  findHumanStep,
  type HumanStepFilter,
  type HumanStepRow,
  type HumanStepSort,
  listHumanSteps,
} from "./human-steps.ts";
export { attemptLogPath } from "./log-path.ts";
export {
  type CallbackRow,
  type DeadlineRow,
  findCallback,
  listCallbacks,
  listDeadlines,
  listNotifications,
  type NotificationRow,
} from "./notices.ts";
export { findPool, listPoolNames, listPools, POOL_SORTS, type PoolRow } from "./pools.ts";
export {
  type CodeCount,
  countRefusedRequests,
  findRefusedRequest,
  listRefusedRequests,
  type RefusedRequestFilter,
  type RefusedRequestReader,
  type RefusedRequestRow,
} from "./refused-requests.ts";
export { findRole, listPermissionActions, listRoles, permissionsByRole, ROLE_SORTS, type RoleRow } from "./roles.ts";
export {
  countRunsByState,
  type DagRunCounts,
  findLaunchContext,
  findRun,
  type LastRun,
  lastRunsByDag,
  listRuns,
  RUN_SORTS,
  type RunFilter,
  type RunRow,
  type RunSort,
} from "./runs.ts";
export { listSchemeUse, type SchemeUseRow } from "./scheme-use.ts";
export {
  findTaskInstance,
  listTaskInstances,
  TASK_INSTANCE_SORTS,
  type TaskInstanceFilter,
  type TaskInstanceRow,
  type TaskInstanceSort,
} from "./task-instances.ts";
export { findTaskStoreEntry, listTaskStore, type TaskStoreRow } from "./task-store.ts";
export { listTries, type TryRow } from "./tries.ts";
export { findVariable, listVariables, VARIABLE_SORTS, type VariableRow } from "./variables.ts";
export { findXCom, listXComs, type XComFilter, type XComRow } from "./xcoms.ts";
export { explainDag } from "./why-dag.ts";
export { explainRun, explainTaskInstance, type Why, type WhySurroundings } from "./why.ts";
export type { WhyCode, WhyReason } from "../domain/why/reason.ts";
export { isFavorite } from "./favorites.ts";
export {
  type AssetValue,
  countDagRuns,
  countTaskInstances,
  findActiveAsset,
  findBundle,
  findContinuation,
  findHumanRequest,
  findPreviousDagRun,
  findPreviousTaskInstance,
  findRescheduledSince,
  listAssetsOfAlias,
  listInactiveAssets,
  listRunning,
  listVariableKeysBy,
  listXcomsOfTask,
  loadAssetState,
  loadInletEvents,
  readTaskStates,
} from "./execution.ts";
export { listWorkers, type WorkerRow } from "./workers.ts";
