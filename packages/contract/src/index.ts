export {
  ACTION_NAMES,
  actionEntry,
  ACTIONS,
  type ActionAccess,
  type ActionEntry,
  type ActionName,
  type ActionResource,
} from "./actions/table.ts";
export { authorize, mayKnow, readableDags, type DagScope, type Subject } from "./actions/authorize.ts";
export { alternatives, type Need } from "./actions/need.ts";
export { BUILT_IN_ROLES, permissionNames, rolesThatMay, type BuiltInRole } from "./actions/roles.ts";
export { nearest } from "./nearest.ts";
export { orderVerdicts, VERDICT_PHASES, type Verdict, type VerdictPhase } from "./decision/verdict.ts";
export { warning, WARNING_CODES, WARNINGS, type WarningCode } from "./decision/warnings.ts";
export { CATALOGUE, REFUSAL_CODES, refusal, refuse, type RefusalCode } from "./refusals/catalogue.ts";
export type { AirflowV1Body, Dialect, Refusal } from "./refusals/refusal.ts";
export type { CatalogueEntry, RefusalDetails } from "./refusals/entry.ts";
export { RefusalError } from "./refusals/error.ts";
export type { Decision, DecisionWarning, SuggestedRequest } from "./decision/decision.ts";
export {
  CREDENTIAL_KINDS,
  permissionKey,
  type CredentialKind,
  type Door,
  type Permission,
  type Principal,
} from "./decision/principal.ts";
export type {
  AttemptCallback,
  AssetEventValue,
  AttemptCarry,
  CallbackSubject,
  NamedTaskInstance,
  AttemptContext,
  AttemptError,
  AttemptOutcome,
  AttemptRun,
  ConnectionValue,
  EmittedAssetEvent,
  InletEventQuery,
  SkipDirective,
  TriggerEvent,
} from "./execution/attempt.ts";
export type {
  DagRunTrigger,
  HumanAnswer,
  HumanParam,
  HumanRequest,
  HumanTrigger,
  HumanUser,
  MomentTrigger,
  SerializedTrigger,
  TaskInstancesTrigger,
} from "./execution/trigger.ts";
export type { KeptXcom, XcomElsewhere, XcomKeeping, XcomPlace } from "./execution/kept-xcom.ts";
export { elementsIn, putTogether, zipped, type LateInput, type LateInputs } from "./execution/late-input.ts";
export { KILLED_WITH_PARENT } from "./execution/killed-with-parent.ts";
export type { LogLine } from "./execution/log-line.ts";
export { waitedFor } from "./execution/waited-for.ts";
export type { AttemptRequest, AttemptResponse, FromRunner, ToRunner } from "./execution/messages.ts";
export type {
  BetweenDagsRequest,
  BetweenDagsResponse,
  DagRunValue,
  DagValue,
  RunChoice,
} from "./execution/between-dags.ts";
export { readAttemptRequest, readOutcome } from "./execution/read-report.ts";
export { readWorkerOrders, type WorkerOrders, type WorkerPoll, type Workload } from "./execution/workload.ts";
export type { FromParser, LoadError, ParseRequest, ParseResult } from "./execution/parse.ts";
export type { TimetableAnswer, TimetableAsk, TimetableDate, TimetableRequest } from "./execution/timetable.ts";
export {
  DEFAULT_POOL,
  DEFAULT_QUEUE,
  isGroupKey,
  isKey,
  MAX_ID_LENGTH,
  NOT_MAPPED,
  RETURN_VALUE_KEY,
  RUN_ID_PATTERN,
} from "./ids.ts";
export { parseCron } from "./cron/parse-cron.ts";
export { nextCronMinute, previousCronMinute } from "./cron/walk-cron.ts";
export { assertNever, invariant, InvariantError } from "./invariant.ts";
export { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
export {
  SERIALIZED_DAG_VERSION,
  type SerializedDag,
  type SerializedParam,
  type SerializedRequirements,
  type SerializedTaskGroup,
} from "./serialized-dag/dag.ts";
export {
  ALERT_EVENTS,
  DAG_CALLBACK_KINDS,
  TASK_CALLBACK_KINDS,
  type AlertEvent,
  type DagCallbackKind,
  type DeadlineReference,
  type SerializedAlert,
  type SerializedAlertTarget,
  type SerializedDagCallbacks,
  type SerializedDeadline,
  type SerializedTaskCallbacks,
  type TaskCallbackKind,
} from "./serialized-dag/notices.ts";
export type {
  AssetCondition,
  AssetPartitioning,
  PartitionMapper,
  PartitionUnit,
  PointOptions,
  SerializedSchedule,
  TimedSchedule,
} from "./serialized-dag/schedule.ts";
export type { AssetKey, SerializedAsset, SerializedAssetRef } from "./serialized-dag/asset.ts";
export type {
  BuiltinTask,
  SerializedEnvValue,
  SerializedExpand,
  SerializedInput,
  SerializedResources,
  SerializedRetry,
  SerializedTask,
  TaskRuntime,
} from "./serialized-dag/task.ts";
export {
  isTerminalRunState,
  RUN_STATES,
  RUN_TRANSITIONS,
  RUN_TYPES,
  TERMINAL_RUN_STATES,
  TRIGGERED_BY,
  type RunState,
  type RunType,
  type TriggeredBy,
} from "./states/run-state.ts";
export {
  isLegalTransition,
  isTerminalState,
  legalTransitions,
  OCCUPYING_TASK_INSTANCE_STATES,
  TASK_INSTANCE_STATES,
  TERMINAL_TASK_INSTANCE_STATES,
  type TaskInstanceState,
} from "./states/task-instance-state.ts";
export { secondsOfText } from "./duration-text.ts";
export {
  addMicros,
  addSeconds,
  earlier,
  fromMicros,
  fromMillis,
  instant,
  parseInstant,
  secondsBetween,
  toAirflowText,
  toMicros,
  toMillis,
  type Clock,
  type Instant,
} from "./time.ts";
export { FollowedClock } from "./followed-clock.ts";
export { TRIGGER_RULES, WEIGHT_RULES, type TriggerRule, type WeightRule } from "./trigger-rules.ts";
export { CONFIG, configOptions, configValues, type ConfigOverrides, type ConfigValues } from "./config/catalogue.ts";
export { readOption, type ConfigOption, type ConfigValue } from "./config/option.ts";
export {
  environmentSources,
  fileSource,
  resolveConfig,
  type ConfigEntry,
  type ConfigSource,
  type ResolvedConfig,
} from "./config/resolve.ts";
