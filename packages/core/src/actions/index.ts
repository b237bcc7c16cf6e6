export type { Action, ActionSubject, Alongside, DecideMode, Executed, Findings } from "./action.ts";
export { type ApiKeyInput, createApiKey, deleteApiKey, type NewApiKey } from "./accounts/api-keys.ts";
export { authenticate, type Authenticated, type Credentials } from "./accounts/authenticate.ts";
export { changePassword, type PasswordInput } from "./accounts/change-password.ts";
export { createToken, logIn, logOut, type NewSession, type NewToken } from "./accounts/log-in.ts";
export {
  ensureRole,
  ensureUser,
  type FirstUser,
  makeFirstUser,
  prepareInstallation,
} from "./accounts/prepare-installation.ts";
export { ANONYMOUS, principalOf, principalOfAccount, SYSTEM } from "./accounts/principal-of.ts";
export {
  createRole,
  deleteRole,
  patchRole,
  type RoleChanges,
  type RoleInput,
  type RoleResult,
} from "./accounts/roles.ts";
export { challenges, enabledSchemes, SCHEMES, type EnabledSchemes, type Scheme } from "./accounts/schemes.ts";
export { createUser, deleteUser, patchUser, type UserInput, type UserResult } from "./accounts/users.ts";
export {
  answerHumanRequests,
  changeAssetState,
  deleteXcomOfAttempt,
  insertHumanRequests,
  setXcomOfAttempt,
  storeRenderedFields,
  storeRenderedMapIndex,
} from "./attempts/attempt-writes.ts";
export { skipDownstream } from "./attempts/skip-downstream.ts";
export { triggerByTask } from "./runs/trigger-by-task.ts";
export { attemptReplaced, attemptUnknown, tokenOver } from "./attempts/attempt-refusals.ts";
export { claimAttempts } from "./attempts/claim-attempts.ts";
export { identifyAttempt, type IdentifiedAttempt } from "./attempts/identify-attempt.ts";
export { renewRemoteAttempt } from "./attempts/renew-attempt.ts";
export { interruptAttempt } from "./attempts/interrupt-attempt.ts";
export { reportOutcome } from "./attempts/report-outcome.ts";
export { startRemoteAttempt } from "./attempts/start-attempt.ts";
export { answerWorkerRequest, forgetWorker, noteWorker, type PolledWorker } from "./attempts/worker-request.ts";
export { deleteAssetState, setAssetState } from "./assets/change-asset-state.ts";
export { type AssetEventInput, createAssetEvent } from "./assets/create-asset-event.ts";
export {
  deleteAssetQueue,
  deleteDagDatasetQueue,
  deleteDagQueue,
  deleteDatasetQueue,
  type QueuedEventsInput,
} from "./assets/delete-queued-events.ts";
export { materializers } from "./assets/materializers.ts";
export type { ActionContext, EngineSignals, Randomness, TimetablePort } from "./context.ts";
export { closeActionContext, createActionContext, type ActionContextOptions } from "./create-context.ts";
export { deleteDag, type DeleteDagInput } from "./dags/delete-dag.ts";
export { parseDagFile, type ParseDagFileInput } from "./dags/parse-dag-file.ts";
export { patchDag, type PatchDagInput, type PatchedDag } from "./dags/patch-dag.ts";
export { patchDags, type PatchDagsInput } from "./dags/patch-dags.ts";
export type { BackfillDateOutcome, BackfillInput, CreatedBackfill } from "./backfills/backfill-input.ts";
export { type BackfillChange, changeBackfill, unknownBackfill } from "./backfills/change-backfill.ts";
export { createBackfill } from "./backfills/create-backfill.ts";
export { dryRunBackfill } from "./backfills/dry-run-backfill.ts";
export { decideRequest } from "./decide-request.ts";
export { answerHuman, type AnswerHumanInput, type AnsweredHumanStep } from "./human/answer-human.ts";
export { storeExamplesConnection } from "./installation/examples-connection.ts";
export { issueMachineKey } from "./installation/machine-key.ts";
export { openConnection, openVariable, resolveConnection, resolveVariable } from "./objects/connection-secrets.ts";
export {
  type ConnectionChanges,
  type ConnectionInput,
  type ConnectionResult,
  createConnection,
  deleteConnection,
  patchConnection,
} from "./objects/connections.ts";
export {
  enqueueConnectionTest,
  giveUpConnectionTest,
  runConnectionTest,
  withStoredSecrets,
} from "./objects/connection-tests.ts";
export { connectionVariable, taskEnvironment, variableVariable } from "./objects/environment.ts";
export { createPool, deletePool, patchPool, type PoolChanges, type PoolInput } from "./objects/pools.ts";
export {
  createVariable,
  deleteVariable,
  patchVariable,
  type VariableChanges,
  type VariableInput,
  type VariableResult,
} from "./objects/variables.ts";
export { perform, type Performed } from "./perform.ts";
export { permissionVerdicts } from "./permission-verdicts.ts";
export type { RefusedRequest } from "./refusal-log.ts";
export type { ActionRequest, ClientInfo, UsedAlias } from "./request.ts";
export { deleteRun, type DeleteRunInput } from "./runs/delete-run.ts";
export { patchRun, type PatchedRun, type PatchRunInput, setRunNoteAction } from "./runs/patch-run.ts";
export type { TriggeredRun, TriggerInput } from "./runs/trigger-input.ts";
export { resetPartitions } from "./runs/reset-partitions.ts";
export { triggerRun } from "./runs/trigger-run.ts";
export type { AffectedTaskInstance } from "./task-instances/affected.ts";
export { clearNewTasks, type ClearNewTasksInput } from "./task-instances/clear-new-tasks.ts";
export { clearRun, clearTaskInstances, type ClearInput } from "./task-instances/clear-task-instances.ts";
export { deleteTaskInstance, type DeleteTaskInstanceInput } from "./task-instances/delete-task-instance.ts";
export { type MarkInput, markTaskInstances } from "./task-instances/mark-task-instances.ts";
export type { RunsInQuestion } from "./task-instances/runs-in-question.ts";
export { setTaskInstanceNote, type TaskInstanceNoteInput } from "./task-instances/set-task-instance-note.ts";
export {
  clearTaskStore,
  deleteTaskStoreEntry,
  patchTaskStoreEntry,
  setTaskStoreEntry,
} from "./task-instances/task-store.ts";
export { isSensitiveName, MASK, maskPath, maskSecrets } from "../domain/mask.ts";
export { readXCom } from "./xcoms/read-xcom.ts";
export {
  createXCom,
  deleteXCom,
  patchXCom,
  type XComInput,
  type XComPlace,
  type XComResult,
} from "./xcoms/change-xcoms.ts";
export { favoriteDag, type FavoriteInput, unfavoriteDag } from "./dags/favorite-dag.ts";
