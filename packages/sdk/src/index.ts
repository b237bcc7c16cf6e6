export {
  email,
  slack,
  webhook,
  type Alert,
  type EmailOptions,
  type SlackOptions,
  type WebhookOptions,
} from "./authoring/alerts.ts";
export type {
  CallbackContext,
  CallbackError,
  Callbacks,
  DagCallbackContext,
  DeadlineCallbackContext,
  TaskCallbackContext,
} from "./authoring/callbacks.ts";
export type { BetweenDagsClient, DagRunToTrigger, RunQuery, TaskInstanceQuery } from "./authoring/between-dags.ts";
export { TaskClient, type XcomQuery, type XcomsQuery } from "./authoring/client.ts";
export {
  getClient,
  getContext,
  type ContextParams,
  type TaskContext,
  type TaskLog,
  type TaskRun,
} from "./authoring/context.ts";
export {
  all,
  any,
  asset,
  assetAlias,
  type Asset,
  type AssetAlias,
  type AssetConditionInput,
  type AssetExpression,
  type AssetOptions,
} from "./authoring/asset.ts";
export { assetDag, type AssetDagOptions } from "./authoring/asset-dag.ts";
export type { AssetEvent, InletEventOptions, OutletEventOptions, OutletEvents } from "./authoring/asset-events.ts";
export { partitionBy, partitioned, partitionedAtRuntime, type PartitionedOptions } from "./authoring/partitions.ts";
export { Dag } from "./authoring/dag.ts";
export type { DagOptions, Requirements } from "./authoring/dag-options.ts";
export type {
  DagTestOptions,
  DagTestResult,
  TestConnection,
  TestedAlert,
  TestedCallback,
  TestedAnswer,
  TestedDag,
  TestedLogLine,
  TestedTaskInstance,
  TestedWait,
  TriggeredTestRun,
} from "./authoring/dag-test.ts";
export {
  averageRuntime,
  deadline,
  type AverageRuntime,
  type Deadline,
  type DeadlineOptions,
} from "./authoring/deadline.ts";
export type { GroupOptions } from "./authoring/definition.ts";
export type { Duration, DurationObject } from "./authoring/duration.ts";
export type { TaskFactory, Wired } from "./authoring/inputs.ts";
export { lazy, LazySequence, type Lazy } from "./authoring/lazy-sequence.ts";
export type { XcomBackend, XcomOwner } from "./authoring/xcom-backend.ts";
export { defer, DeferralTimeout, until, type Until, type UntilTasks } from "./authoring/defer.ts";
export { concat, zip, type Combined, type ListSource, type Mappable, type MappedElement } from "./authoring/mapping.ts";
export type { FileSensorOptions, TimeSensorOptions } from "./authoring/ready-sensors.ts";
export type { SensorOptions } from "./authoring/sensor.ts";
export type { JsonSchema } from "./authoring/json-schema-type.ts";
export type { ExternalTaskSensorOptions } from "./authoring/external-task-sensor.ts";
export type { BashOptions, BashSensorOptions } from "./authoring/operators/bash.ts";
export type { EmailAttachment, EmailOperatorOptions, EmailResult } from "./authoring/operators/email.ts";
export type { HttpMethod, HttpOptions, HttpResponse, HttpSensorOptions } from "./authoring/operators/http.ts";
export type { PythonOptions } from "./authoring/operators/python.ts";
export type { SqlListOptions, SqlOptions, SqlRow, SqlStatement } from "./authoring/operators/sql.ts";
export type { SqlSensorOptions } from "./authoring/operators/sql-sensor.ts";
export type {
  ApprovalOptions,
  HumanBranchOptions,
  HumanChoiceOptions,
  HumanInputOptions,
  HumanResult,
} from "./authoring/operators/human.ts";
export type { TriggerDagRunOptions } from "./authoring/operators/trigger-dag-run.ts";
export { FailWithoutRetry, RetryAfter, SkipTask } from "./authoring/outcomes.ts";
export {
  param,
  requiredParam,
  type Param,
  type ParamInput,
  type ParamsSource,
  type ParamValues,
} from "./authoring/params.ts";
export type { RetryOptions } from "./authoring/retry.ts";
export {
  assetOrTime,
  cron,
  dateList,
  every,
  timetable,
  type AssetOrTimeSchedule,
  type AssetSchedule,
  type PartitionedSchedule,
  type RuntimePartitionSchedule,
  type CronOptions,
  type CronSchedule,
  type CustomSchedule,
  type DateListSchedule,
  type EverySchedule,
  type NextRunAsked,
  type Schedule,
  type SchedulePreset,
  type TimetableFunctions,
  type TimetableRun,
} from "./authoring/schedule.ts";
export type { TaskGroup } from "./authoring/task-group.ts";
export type { TaskOptions, TaskResources } from "./authoring/task-options.ts";
export { label, TaskRef, type EdgeEnd, type Labelled, type Linkable } from "./authoring/task-ref.ts";
export type { XcomValue } from "./authoring/xcom-value.ts";
export type { ConnectionValue, JsonObject, JsonValue, TriggerRule, WeightRule } from "@windlass/contract";
