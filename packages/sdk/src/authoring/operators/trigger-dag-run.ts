import { setTimeout as delay } from "node:timers/promises";
import { type JsonObject, RefusalError, type RunState } from "@windlass/contract";
import type { TaskContext } from "../context.ts";
import { defer, until } from "../defer.ts";
import { durationSeconds, type Duration } from "../duration.ts";
import { FailWithoutRetry, SkipTask } from "../outcomes.ts";
import type { TaskOptions } from "../task-options.ts";
import type { Operator } from "./operator.ts";
import { type OperatorValue, resolveValues, shown, wiredPart } from "./values.ts";

/** Options of `dag.triggerDagRun`. */
export interface TriggerDagRunOptions<P = Record<string, unknown>> extends TaskOptions {
  /** The Dag of which a run is made. */
  readonly dagId: OperatorValue<string, P>;
  /** @default made from the moment, as for every trigger by hand */
  readonly runId?: OperatorValue<string, P>;
  /** What the run gets as conf, checked against the Dag's params. */
  readonly conf?: OperatorValue<JsonObject, P>;
  /** null: a run without a logical date. @default the present moment */
  readonly logicalDate?: OperatorValue<string | null, P>;
  /** Not before this moment. @default at once */
  readonly runAfter?: OperatorValue<string, P>;
  readonly note?: OperatorValue<string, P>;
  /**
   * Whether the task waits until the run is over: `"deferred"` without a worker, `"poke"` in its process, asking every `interval`.
   * @default false
   */
  readonly wait?: false | "deferred" | "poke";
  /** Time between two questions with `wait: "poke"`. @default "1m" */
  readonly interval?: Duration;
  /** States of the run with which the wait ends well. @default ["success"] */
  readonly allowedStates?: readonly RunState[];
  /** States of the run with which the task fails. @default ["failed"] */
  readonly failedStates?: readonly RunState[];
  /** Clears the run that has the id or the logical date already, in place of failing. @default false */
  readonly resetDagRun?: boolean;
  /** Skips the task where the id or the logical date is taken. @default false */
  readonly skipWhenAlreadyExists?: boolean;
  /** Fails where the Dag is paused: its run would wait. @default false */
  readonly failWhenDagIsPaused?: boolean;
}

const OPTION_NAMES = [
  "dagId",
  "runId",
  "conf",
  "logicalDate",
  "runAfter",
  "note",
  "wait",
  "interval",
  "allowedStates",
  "failedStates",
  "resetDagRun",
  "skipWhenAlreadyExists",
  "failWhenDagIsPaused",
] as const;

const TAKEN: readonly string[] = ["run.id_taken", "run.logical_date_taken"];

/** The run that was waited for ended otherwise than it should. */
class TriggeredRunFailed extends Error {
  override readonly name = "TriggeredRunFailed";
}

interface TriggerValues {
  readonly dagId: string;
  readonly runId?: string;
  readonly conf?: JsonObject;
  readonly logicalDate?: string | null;
  readonly runAfter?: string;
  readonly note?: string;
}

function isTaken(thrown: unknown): boolean {
  return thrown instanceof RefusalError && TAKEN.includes(thrown.refusals[0].code);
}

async function trigger(values: TriggerValues, options: TriggerDagRunOptions<never>, context: TaskContext) {
  try {
    // As on Airflow a run that is only given a time to start gets no logical date.
    const logicalDate = values.logicalDate === undefined && values.runAfter !== undefined ? null : values.logicalDate;
    return await context.client.dags.triggerDagRun({ ...values, logicalDate, reset: options.resetDagRun });
  } catch (thrown) {
    if (!isTaken(thrown)) throw thrown;
    const { message } = thrown as RefusalError;
    if (options.skipWhenAlreadyExists === true) throw new SkipTask(`the run exists already: ${message}`);
    throw new FailWithoutRetry(message);
  }
}

async function pokedState(
  dagId: string,
  runId: string,
  states: readonly RunState[],
  options: TriggerDagRunOptions<never>,
  context: TaskContext,
): Promise<RunState> {
  const seconds = durationSeconds(options.interval ?? "1m") ?? 60;
  for (;;) {
    const run = await context.client.dags.getDagRun(dagId, runId);
    if (run === null) throw new TriggeredRunFailed(`The run ${runId} of ${dagId} was deleted while it was waited for.`);
    if (states.includes(run.state)) return run.state;
    await delay(Math.min(seconds * 1000, 2 ** 31 - 1), undefined, { signal: context.signal }).catch(() => {
      throw context.signal.reason;
    });
  }
}

async function deferredState(dagId: string, runId: string, states: readonly RunState[]): Promise<RunState> {
  const event = (await defer(until.dagRun({ dagId, runId, states }))) as { readonly state: RunState };
  return event.state;
}

/** The operator that makes a run of another Dag. Like Airflow's it has no result; the run's id is left under `trigger_run_id`. */
export function triggerDagRunOperator<P>(options: TriggerDagRunOptions<P>): Operator {
  const { dagId, runId, conf, logicalDate, runAfter, note, wait = false } = options;
  const given = Object.entries({ dagId, runId, conf, logicalDate, runAfter, note }).filter(
    ([, value]) => value !== undefined,
  );
  const values: Readonly<Record<string, unknown>> = Object.fromEntries(given);
  return {
    name: "trigger_dag_run",
    optionNames: OPTION_NAMES,
    inputs: { values: wiredPart(values) },
    // Under Airflow's names, which its clients show.
    templateFields: {
      trigger_dag_id: shown(dagId),
      trigger_run_id: shown(runId ?? null),
      logical_date: logicalDate === undefined ? "NOTSET" : shown(logicalDate),
      conf: shown(conf ?? null),
      wait_for_completion: wait !== false,
      skip_when_already_exists: options.skipWhenAlreadyExists ?? false,
    },
    handler: async (inputs, context) => {
      const arrived = inputs.values as Record<string, unknown>;
      const resolved = resolveValues(values, arrived, context) as unknown as TriggerValues;
      const own = options as TriggerDagRunOptions<never>;
      if (own.failWhenDagIsPaused === true && (await context.client.dags.getDag(resolved.dagId))?.isPaused === true)
        throw new TriggeredRunFailed(`The Dag ${resolved.dagId} is paused.`);
      const run = await trigger(resolved, own, context);
      await context.client.setXcom("trigger_run_id", run.runId);
      const link = `/dags/${encodeURIComponent(run.dagId)}/runs/${encodeURIComponent(run.runId)}`;
      await context.client.setXcom("_link_TriggerDagRunLink", link);
      context.log.info(`The run ${run.runId} of ${run.dagId} is there.`, { dag_id: run.dagId, run_id: run.runId });
      for (const warning of run.warnings) context.log.warning(warning);
      if (wait === false) return;
      const allowed = own.allowedStates ?? ["success"];
      const states = [...allowed, ...(own.failedStates ?? (["failed"] as const))];
      const state =
        wait === "deferred"
          ? await deferredState(run.dagId, run.runId, states)
          : await pokedState(run.dagId, run.runId, states, own, context);
      if (!allowed.includes(state)) throw new TriggeredRunFailed(`The run ${run.runId} of ${run.dagId} is ${state}.`);
    },
  };
}
