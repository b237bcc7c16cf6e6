import {
  type BetweenDagsRequest,
  type BetweenDagsResponse,
  type DagRunValue,
  type HumanAnswer,
  type HumanRequest,
  type Instant,
  isJsonObject,
  type JsonValue,
  refuse,
  type RunState,
  type TaskInstanceState,
  type TriggerEvent,
} from "@windlass/contract";
import type { TaskInstanceSnapshot } from "@windlass/core/domain";
import type { DagTestOptions, TestedAnswer, TestedWait, TriggeredTestRun } from "../authoring/dag-test.ts";

/** The part of a test's options that this file reads. */
type Told = Pick<DagTestOptions, "waits" | "humanAnswers" | "dags">;

/** The task instance that asks. */
interface Asking {
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
}

/** What stands in a test for other Dags and for people. */
export class TestWaits {
  /** In the order in which they were made. */
  readonly triggered: TriggeredTestRun[] = [];
  readonly #told: Told;
  /** By who made them: a repeated attempt of a try gets the run it made. */
  readonly #made = new Map<string, DagRunValue>();

  constructor(told: Told) {
    this.#told = told;
  }

  /** What ends a wait; undefined: only the clock does. */
  eventOf({ taskId, trigger, carry }: TaskInstanceSnapshot, now: Instant): TriggerEvent | undefined {
    if (!trigger) return undefined;
    if (trigger.kind === "human") return this.#answer(taskId, trigger.request, now);
    const told = this.#waitOf(taskId, carry?.events.length ?? 0);
    if (told === "timeout") return { kind: "timeout" };
    if (isJsonObject(told)) return event(told);
    switch (trigger.kind) {
      case "moment":
        return undefined;
      case "dag_run": {
        const [first = "success"] = trigger.states;
        return event({ dag_id: trigger.dagId, run_id: trigger.runId, state: told ?? first });
      }
      case "task_instances":
        return told === undefined ? undefined : event({ status: told });
    }
  }

  #waitOf(taskId: string, nth: number): TestedWait | undefined {
    const told = this.#told.waits?.[taskId];
    return isList(told) ? told[nth] : told;
  }

  #answer(taskId: string, request: HumanRequest, now: Instant): TriggerEvent | undefined {
    const told = this.#told.humanAnswers?.[taskId];
    if (told === undefined || told === "timeout") return undefined;
    const { chosen, input, by } = partsOf(told);
    const wrong = chosen.find((option) => !request.options.includes(option));
    if (wrong !== undefined)
      throw refuse("human_step.option_unknown", { options: request.options.join(", "), chosen: wrong });
    if (!request.multiple && chosen.length > 1) throw refuse("human_step.one_option", { chosen: chosen.join(", ") });
    const shown = Object.entries(request.params).map(([name, { value }]) => [name, value] as const);
    const answer: HumanAnswer = {
      chosen_options: chosen,
      params_input: { ...Object.fromEntries(shown), ...input },
      responded_at: now,
      responded_by_user: { id: by, name: by },
      timedout: false,
    };
    return event(answer as unknown as JsonValue);
  }

  /** Answers what a task asks about other Dags. */
  ask(asking: Asking, request: BetweenDagsRequest, now: Instant): BetweenDagsResponse {
    switch (request.kind) {
      case "triggerDagRun":
        return { kind: "dagRun", value: this.#trigger(asking, request, now) };
      case "getDag":
        return { kind: "dag", value: this.#dag(request.dagId) };
      case "getDagRun":
        return { kind: "dagRun", value: this.#runOf(asking, request.dagId, request.runId) };
      case "getPreviousDagRun":
        return { kind: "dagRun", value: null };
      case "countDagRuns":
        return { kind: "count", value: this.#isIn(asking, request.states) ? runsIn(request) : 0 };
      case "countTaskInstances": {
        const tasks = request.taskIds?.length ?? 1;
        return { kind: "count", value: this.#isIn(asking, request.states) ? runsIn(request) * tasks : 0 };
      }
      case "getTaskStates":
        return { kind: "taskStates", value: this.#states(asking, request) };
    }
  }

  #status({ taskId }: Asking): TaskInstanceState | undefined {
    const told = this.#waitOf(taskId, 0);
    return typeof told === "string" && told !== "timeout" ? told : undefined;
  }

  #isIn(asking: Asking, states: readonly TaskInstanceState[] | undefined): boolean {
    const status = this.#status(asking);
    return status !== undefined && (states === undefined || states.includes(status));
  }

  #states(asking: Asking, request: Extract<BetweenDagsRequest, { readonly kind: "getTaskStates" }>) {
    const status = this.#status(asking);
    if (status === undefined) return {};
    const ofRun = Object.fromEntries((request.taskIds ?? ["task"]).map((taskId) => [taskId, status]));
    return Object.fromEntries(Array.from({ length: runsIn(request) }, (_, at) => [`run_${String(at)}`, ofRun]));
  }

  #dag(dagId: string) {
    const dag = this.#told.dags?.[dagId];
    if (dag === undefined) return null;
    const { isPaused = false, taskIds = [], taskGroupIds = [] } = dag;
    return { dagId, isPaused, isStale: false, hasImportErrors: false, taskIds, taskGroupIds };
  }

  #runOf(asking: Asking, dagId: string, runId: string): DagRunValue | null {
    const run = [...this.#made.values()].find((each) => each.dagId === dagId && each.runId === runId);
    return run === undefined ? null : { ...run, state: (this.#status(asking) ?? "success") as RunState };
  }

  #trigger(
    { taskId, mapIndex, tryNumber }: Asking,
    asked: Extract<BetweenDagsRequest, { readonly kind: "triggerDagRun" }>,
    now: Instant,
  ): DagRunValue {
    const call = [taskId, mapIndex, tryNumber, asked.call].join(" ");
    const before = this.#made.get(call);
    if (before) return before;
    const { dagId, conf = {}, note = null } = asked;
    const logicalDate = asked.logicalDate === undefined ? now : asked.logicalDate;
    const runId = asked.runId ?? `manual__${logicalDate ?? asked.runAfter ?? now}`;
    const taken = [...this.#made.values()].some((run) => run.dagId === dagId && run.runId === runId);
    if (taken && asked.reset !== true) throw refuse("run.id_taken", { dag_id: dagId, run_id: runId, state: "queued" });
    const run: DagRunValue = {
      dagId,
      runId,
      state: "queued",
      runType: "operator_triggered",
      logicalDate,
      dataIntervalStart: null,
      dataIntervalEnd: null,
      runAfter: asked.runAfter ?? now,
      startDate: null,
      endDate: null,
      conf,
      note,
    };
    this.#made.set(call, run);
    this.triggered.push({ taskId, mapIndex, dagId, runId, logicalDate, conf });
    return run;
  }
}

function event(payload: JsonValue): TriggerEvent {
  return { kind: "event", payload };
}

function isList(told: TestedWait | readonly TestedWait[] | undefined): told is readonly TestedWait[] {
  return Array.isArray(told);
}

function partsOf(told: TestedAnswer) {
  if (typeof told === "string") return { chosen: [told], input: {}, by: "tester" };
  if (!("chosen" in told)) return { chosen: told, input: {}, by: "tester" };
  const { chosen, input = {}, by = "tester" } = told;
  return { chosen: typeof chosen === "string" ? [chosen] : chosen, input, by };
}

function runsIn({
  logicalDates,
  runIds,
}: {
  readonly logicalDates?: readonly Instant[];
  readonly runIds?: readonly string[];
}): number {
  return logicalDates?.length ?? runIds?.length ?? 1;
}
