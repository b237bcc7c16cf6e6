import {
  type Instant,
  type JsonObject,
  type RunType,
  type SerializedDag,
  type SerializedSchedule,
  toAirflowText,
  type TriggeredBy,
} from "@windlass/contract";
import { type ManualInterval, manualInterval } from "../../domain/schedule/manual-interval.ts";
import type { DagFacts } from "../../store/dag-facts.ts";
import type { NewRun, RunIdentity, RunInsertion } from "../../store/runs.ts";
import type { ActionContext } from "../context.ts";
import type { ActionRequest, TriggeringAttempt } from "../request.ts";
import type { TriggerInput, TriggeredRun } from "./trigger-input.ts";

/** A run that may be made. */
export interface RunPlan {
  readonly run: NewRun;
  /** Its identity if nothing clashes. */
  readonly identity: RunIdentity;
  readonly facts: DagFacts;
}

/** Facts of a Dag that has a version. */
export type RunnableDag = DagFacts & { readonly dag: SerializedDag; readonly versionId: number };

const TRIGGERED_BY: Readonly<Record<ActionRequest["door"], TriggeredBy>> = {
  ui: "ui",
  v1: "rest_api",
  v2: "rest_api",
  native: "rest_api",
  cli: "cli",
  execution: "operator",
  operator: "operator",
  scheduler: "timetable",
};

/**
 * Lays out the run that a trigger asks for: what was given stays, the rest follows from the present moment.
 * @param inferred the data interval as the Dag's own timetable names it
 */
export function planRun(
  context: ActionContext,
  request: ActionRequest,
  input: TriggerInput,
  facts: RunnableDag,
  params: JsonObject,
  inferred?: ManualInterval,
): RunPlan {
  const { dag } = facts;
  const now = context.clock.now();
  const runId = input.dagRunId ? input.dagRunId : null;
  const givenDate = input.logicalDate ?? null;
  // Airflow 2 names a run after its logical date, as its operator still does; Airflow 3 after the moment it may start.
  const { attempt } = request;
  const namedByDate = (request.dialect === "v1" || attempt !== undefined) && givenDate !== null;
  const moment: Instant = namedByDate ? givenDate : (input.runAfter ?? now);
  const identity = (at: Instant): RunIdentity => {
    const logicalDate = input.logicalDate === undefined ? at : givenDate;
    return {
      runId: runId ?? `${input.materializes ? "asset_materialization" : "manual"}__${toAirflowText(at, "+00:00")}`,
      logicalDate,
      ...(inferred ?? intervalOf(input, scheduleFor(request.dialect, dag), logicalDate)),
      runAfter: input.runAfter ?? (namedByDate ? now : at),
    };
  };
  const runType = runTypeOf(request, input);
  // Airflow 3 makes the same id of the same run_after twice, and refuses the second.
  const idIsGiven =
    runId !== null || (context.config.api.airflow_strict && request.dialect === "v2" && input.runAfter != null);
  const run: NewRun = {
    dagId: dag.dagId,
    dagVersionId: facts.versionId,
    moment,
    identity,
    given: { runId: idIsGiven, logicalDate: givenDate !== null },
    runType,
    triggeredBy: TRIGGERED_BY[request.door],
    triggeringUser: attempt ? attempt.triggeringUser : request.principal.name,
    queuedAt: now,
    conf: input.conf ?? {},
    params,
    note: input.note ?? null,
    partitionKey: input.partitionKey ?? null,
    noteAccountId: input.note == null || request.principal.id === 0 ? null : request.principal.id,
    launchContext: launchContext(request, facts),
    ...(attempt && { triggerKey: triggerKeyOf(attempt) }),
  };
  return { run, identity: identity(moment), facts };
}

/** Of which type a run is that is asked for this way. */
export function runTypeOf(
  { attempt }: Pick<ActionRequest, "attempt">,
  { materializes }: Pick<TriggerInput, "materializes">,
): RunType {
  if (materializes) return "asset_materialization";
  return attempt ? "operator_triggered" : "manual";
}

/** What tells the calls of a try of a task apart, however often its attempt is repeated. */
export function triggerKeyOf({ taskInstanceId, tryNumber, call }: TriggeringAttempt): string {
  return `${String(taskInstanceId)}:${String(tryNumber)}:${String(call)}`;
}

/** Airflow 2 gives a run by hand the last whole interval before it, Airflow 3 an empty one: which of them answers decides, not the Dag. */
function scheduleFor(dialect: ActionRequest["dialect"], { schedule }: SerializedDag): SerializedSchedule {
  return dialect === "v1" && (schedule.kind === "cron" || schedule.kind === "every")
    ? { ...schedule, interval: "data" }
    : schedule;
}

function intervalOf(
  input: TriggerInput,
  schedule: SerializedSchedule,
  logicalDate: Instant | null,
): Pick<RunIdentity, "dataIntervalStart" | "dataIntervalEnd"> {
  const { dataIntervalStart, dataIntervalEnd } = input;
  if (logicalDate === null) return { dataIntervalStart: null, dataIntervalEnd: null };
  if (dataIntervalStart != null && dataIntervalEnd != null) return { dataIntervalStart, dataIntervalEnd };
  return manualInterval(schedule, logicalDate);
}

/** With what a run was launched, so that two runs can be compared; conf, params and Dag version stand in the run itself. */
function launchContext(request: ActionRequest, facts: RunnableDag): JsonObject {
  const { principal, client, attempt } = request;
  return {
    door: request.door,
    dialect: request.dialect,
    principal: { kind: principal.kind, name: principal.name },
    credential: { kind: principal.credential.kind, id: principal.credential.id },
    client: { address: client.address, user_agent: client.userAgent?.slice(0, 300) ?? null },
    request_id: request.requestId,
    ...(attempt && {
      triggered_by: {
        dag_id: attempt.dagId,
        run_id: attempt.runId,
        task_id: attempt.taskId,
        map_index: attempt.mapIndex,
        try_number: attempt.tryNumber,
        attempt_id: attempt.attemptId,
      },
    }),
    version_number: facts.versionNumber,
    bundle_hash: facts.bundleHash,
    environment: facts.dag.requires.env,
    connections: facts.dag.requires.connections,
    variables: facts.dag.requires.variables,
  };
}

/** What a run looks like the moment it was made. */
export function triggeredRun(plan: RunPlan, created: Extract<RunInsertion, { kind: "created" }>): TriggeredRun {
  const { run, facts } = plan;
  return {
    id: created.id,
    dagId: run.dagId,
    dagDisplayName: facts.dag?.displayName ?? run.dagId,
    runId: created.runId,
    state: "queued",
    runType: run.runType,
    triggeredBy: run.triggeredBy,
    triggeringUser: run.triggeringUser,
    logicalDate: created.logicalDate,
    dataIntervalStart: created.dataIntervalStart,
    dataIntervalEnd: created.dataIntervalEnd,
    runAfter: created.runAfter,
    queuedAt: run.queuedAt,
    conf: run.conf,
    note: run.note,
    partitionKey: run.partitionKey ?? null,
    dagVersion: {
      id: facts.versionUuid ?? "",
      versionNumber: facts.versionNumber ?? 1,
      bundleHash: facts.bundleHash ?? "",
      createdAt: facts.versionCreatedAt ?? run.queuedAt,
    },
  };
}
