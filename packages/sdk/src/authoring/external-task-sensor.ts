import {
  addSeconds,
  type Instant,
  type JsonValue,
  type TaskInstanceState,
  type TaskInstancesTrigger,
} from "@windlass/contract";
import { momentText } from "./between-dags.ts";
import type { TaskContext } from "./context.ts";
import { defer, DeferralTimeout, until } from "./defer.ts";
import type { AnyHandler } from "./definition.ts";
import { durationSeconds, type Duration } from "./duration.ts";
import type { Operator } from "./operators/operator.ts";
import { FailWithoutRetry, SkipTask } from "./outcomes.ts";
import { SENSOR_OPTION_NAMES, type SensorOptions } from "./sensor.ts";

/** One logical date or several. */
type LogicalDates = string | Date | readonly (string | Date)[];

/** Options of `dag.externalTaskSensor`. */
export interface ExternalTaskSensorOptions<P = Record<string, unknown>> extends SensorOptions {
  /** The Dag that is waited for. */
  readonly dagId: string;
  /** Tasks of it; all of them must get there. @default the whole run */
  readonly taskIds?: string | readonly string[];
  /** A task group of it, in place of tasks. */
  readonly taskGroupId?: string;
  /** States with which the wait ends well. @default ["success"] */
  readonly allowedStates?: readonly TaskInstanceState[];
  /** States with which the sensor fails at once. @default none: it goes on waiting, so that the other task can be repaired */
  readonly failedStates?: readonly TaskInstanceState[];
  /** States with which the sensor is skipped. @default none */
  readonly skippedStates?: readonly TaskInstanceState[];
  /** The run to wait for is that of so much earlier. @default the same logical date as this run's */
  readonly executionDelta?: Duration;
  /** The logical dates to wait for, from this run's own (in place of `executionDelta`). It runs in the task, so keep it pure. */
  readonly executionDates?: (logicalDate: Instant, context: TaskContext<P>) => LogicalDates;
  /** Fails at once where the Dag, the tasks or the group do not exist. @default false */
  readonly checkExistence?: boolean;
  /**
   * `"deferred"`: waits without a worker, and hears of the change at once. `"reschedule"` and `"poke"` ask again every `interval`.
   * @default "deferred"
   */
  readonly mode?: "poke" | "reschedule" | "deferred";
}

const OPTION_NAMES = [
  "dagId",
  "taskIds",
  "taskGroupId",
  "allowedStates",
  "failedStates",
  "skippedStates",
  "executionDelta",
  "executionDates",
  "checkExistence",
  ...SENSOR_OPTION_NAMES,
] as const;

const USUAL_TIMEOUT_SECONDS = 7 * 24 * 60 * 60;

/** What is waited for is in a state that was named as a failure. */
class ExternalTaskFailed extends Error {
  override readonly name = "ExternalTaskFailed";
}

function datesOf(options: ExternalTaskSensorOptions<never>, context: TaskContext): readonly Instant[] {
  const own = context.dagRun.logicalDate ?? context.dagRun.runAfter;
  if (options.executionDelta !== undefined) return [addSeconds(own, -(durationSeconds(options.executionDelta) ?? 0))];
  if (options.executionDates === undefined) return [own];
  const dates = options.executionDates(own, context as TaskContext<never>);
  return (typeof dates === "string" || dates instanceof Date ? [dates] : dates).map(momentText);
}

function triggerOf(options: ExternalTaskSensorOptions<never>, context: TaskContext): TaskInstancesTrigger {
  const { dagId, taskIds, taskGroupId = null } = options;
  return {
    kind: "task_instances",
    dagId,
    logicalDates: datesOf(options, context),
    runIds: [],
    taskIds: taskIds === undefined ? null : typeof taskIds === "string" ? [taskIds] : taskIds,
    taskGroupId,
    allowedStates: options.allowedStates ?? ["success"],
    failedStates: options.failedStates ?? [],
    skippedStates: options.skippedStates ?? [],
  };
}

async function checkExistence({ dagId, taskIds, taskGroupId }: TaskInstancesTrigger, context: TaskContext) {
  const dag = await context.client.dags.getDag(dagId);
  if (dag === null || dag.isStale) throw new FailWithoutRetry(`There is no Dag ${dagId}.`);
  for (const taskId of taskIds ?? [])
    if (!dag.taskIds.includes(taskId)) throw new FailWithoutRetry(`The Dag ${dagId} has no task ${taskId}.`);
  if (taskGroupId !== null && !dag.taskGroupIds.includes(taskGroupId))
    throw new FailWithoutRetry(`The Dag ${dagId} has no task group ${taskGroupId}.`);
}

function skips({ softFail, neverFail }: SensorOptions): boolean {
  return softFail === true || neverFail === true;
}

/** What a status of what is waited for comes to. */
function end(status: JsonValue | undefined, { dagId }: TaskInstancesTrigger, options: SensorOptions): void {
  if (status === "success") return;
  const what = `what is waited for in ${dagId} is ${status === "skipped" ? "skipped" : "failed"}`;
  if (status === "skipped" || skips(options)) throw new SkipTask(what);
  throw new ExternalTaskFailed(what);
}

function deferring(options: ExternalTaskSensorOptions<never>): AnyHandler {
  const timeout = durationSeconds(options.timeout ?? "") ?? USUAL_TIMEOUT_SECONDS;
  return async (_, context) => {
    const trigger = triggerOf(options, context);
    if (options.checkExistence === true) await checkExistence(trigger, context);
    try {
      const event = await defer(until.tasks(trigger), { timeout: { seconds: timeout } });
      end((event as { readonly status?: JsonValue }).status, trigger, options);
    } catch (thrown) {
      if (!(thrown instanceof DeferralTimeout)) throw thrown;
      const message = `The sensor was not answered within its timeout of ${String(timeout)} s.`;
      if (skips(options)) throw new SkipTask(message);
      throw new FailWithoutRetry(message);
    }
  };
}

/** Asks for the status: undefined where it is not decided yet. */
async function askStatus(trigger: TaskInstancesTrigger, context: TaskContext): Promise<string | undefined> {
  const { dagId, logicalDates, taskIds, taskGroupId, allowedStates, failedStates, skippedStates } = trigger;
  const { dags } = context.client;
  const ofRuns = taskIds === null && taskGroupId === null;
  const countIn = (states: readonly TaskInstanceState[]): Promise<number> =>
    ofRuns
      ? dags.countDagRuns({ dagId, logicalDates, states: states as readonly ("success" | "failed")[] })
      : dags.countTaskInstances({
          dagId,
          logicalDates,
          taskIds: taskIds ?? undefined,
          taskGroupId: taskGroupId ?? undefined,
          states,
        });
  if (failedStates.length > 0 && (await countIn(failedStates)) > 0) return "failed";
  if (skippedStates.length > 0 && (await countIn(skippedStates)) > 0) return "skipped";
  if (ofRuns) return (await countIn(allowedStates)) >= logicalDates.length ? "success" : undefined;
  const states = await dags.getTaskStates({
    dagId,
    logicalDates,
    taskIds: taskIds ?? undefined,
    taskGroupId: taskGroupId ?? undefined,
  });
  const done = Object.values(states).filter((ofRun) => {
    const all = Object.values(ofRun);
    return all.length > 0 && all.every((state) => state !== null && allowedStates.includes(state));
  });
  return done.length >= logicalDates.length ? "success" : undefined;
}

function asking(options: ExternalTaskSensorOptions<never>): AnyHandler {
  return async (_, context) => {
    const trigger = triggerOf(options, context);
    if (options.checkExistence === true) await checkExistence(trigger, context);
    const status = await askStatus(trigger, context);
    if (status === undefined) return false;
    end(status, trigger, options);
    return true;
  };
}

/** The sensor that waits for another Dag. */
export function externalTaskOperator<P>(options: ExternalTaskSensorOptions<P>): Operator {
  const own = options as unknown as ExternalTaskSensorOptions<never>;
  const { dagId, taskIds, taskGroupId = null } = own;
  return {
    name: "external_task_sensor",
    optionNames: OPTION_NAMES,
    inputs: {},
    // Under Airflow's names, which its clients show.
    templateFields: {
      external_dag_id: dagId,
      external_task_id: typeof taskIds === "string" ? taskIds : null,
      external_task_ids: taskIds === undefined ? null : typeof taskIds === "string" ? [taskIds] : taskIds,
      external_task_group_id: taskGroupId,
    },
    handler: (own.mode ?? "deferred") === "deferred" ? deferring(own) : asking(own),
  };
}
