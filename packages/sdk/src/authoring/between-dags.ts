import type {
  BetweenDagsRequest,
  BetweenDagsResponse,
  DagRunValue,
  DagValue,
  Instant,
  JsonObject,
  RunState,
  TaskInstanceState,
} from "@windlass/contract";
import { InvariantError, parseInstant } from "@windlass/contract";

/** How questions about other Dags reach the control plane. */
export interface BetweenDagsPort {
  askBetweenDags<K extends BetweenDagsResponse["kind"]>(
    kind: K,
    request: BetweenDagsRequest,
  ): Promise<Extract<BetweenDagsResponse, { readonly kind: K }>>;
}

/** A run to be made of another Dag. */
export interface DagRunToTrigger {
  readonly dagId: string;
  /** @default made from the moment */
  readonly runId?: string | undefined;
  /** null: a run without a logical date. @default now */
  readonly logicalDate?: string | Date | null | undefined;
  /** Not before this moment. @default now */
  readonly runAfter?: string | Date | undefined;
  readonly conf?: JsonObject | undefined;
  readonly note?: string | undefined;
  /** Clears the run that has the id or the logical date already, instead of failing. @default false */
  readonly reset?: boolean | undefined;
}

/** Which runs of a Dag are meant: those of these logical dates, or with these ids; neither: all. */
export interface RunQuery {
  readonly dagId: string;
  readonly logicalDates?: readonly (string | Date)[] | undefined;
  readonly runIds?: readonly string[] | undefined;
}

/** Which task instances of them: of some tasks or of a task group; neither: all. */
export interface TaskInstanceQuery extends RunQuery {
  readonly taskIds?: readonly string[] | undefined;
  readonly taskGroupId?: string | undefined;
  readonly mapIndex?: number | undefined;
}

/** A moment as text. @throws InvariantError where it cannot be read, or has no zone */
export function momentText(moment: string | Date): Instant {
  const text = moment instanceof Date ? (Number.isNaN(moment.getTime()) ? "" : moment.toISOString()) : moment;
  const read = parseInstant(text);
  if (read !== undefined) return read;
  throw new InvariantError(
    `${JSON.stringify(moment)} is no moment: write it with its zone, as "2026-01-31T06:00:00Z", or give a Date.`,
  );
}

function given<K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: V };
}

function choiceOf({ dagId, logicalDates, runIds }: RunQuery) {
  return { dagId, ...given("logicalDates", logicalDates?.map(momentText)), ...given("runIds", runIds) };
}

function instancesOf(query: TaskInstanceQuery) {
  const { taskIds, taskGroupId, mapIndex } = query;
  return {
    ...choiceOf(query),
    ...given("taskIds", taskIds),
    ...given("taskGroupId", taskGroupId),
    ...given("mapIndex", mapIndex),
  };
}

/** What a task may ask and do about other Dags; part of `getClient()`. */
export class BetweenDagsClient {
  readonly #port: BetweenDagsPort;
  #calls = 0;

  /** @internal */
  constructor(port: BetweenDagsPort) {
    this.#port = port;
  }

  /**
   * Makes a run of another Dag, by the same rules as every other trigger: its params, its state, its requirements. Asked again by a repeated attempt of the
   * same try (in the same order of calls) it gives the run that is there.
   * @throws RefusalError with the reason, such as an id that is taken
   */
  async triggerDagRun(run: DagRunToTrigger): Promise<DagRunValue & { readonly warnings: readonly string[] }> {
    const { dagId, runId, logicalDate, runAfter, conf, note, reset } = run;
    const call = this.#calls;
    this.#calls += 1;
    const { value, warnings = [] } = await this.#port.askBetweenDags("dagRun", {
      kind: "triggerDagRun",
      call,
      dagId,
      ...given("runId", runId),
      ...(logicalDate !== undefined && { logicalDate: logicalDate === null ? null : momentText(logicalDate) }),
      ...(runAfter !== undefined && { runAfter: momentText(runAfter) }),
      ...given("conf", conf),
      ...given("note", note),
      ...given("reset", reset),
    });
    if (value === null) throw new InvariantError("the control plane made a run and told nothing of it");
    return { ...value, warnings };
  }

  /** A Dag: whether it is paused, its tasks and groups. null where there is none. */
  async getDag(dagId: string): Promise<DagValue | null> {
    return (await this.#port.askBetweenDags("dag", { kind: "getDag", dagId })).value;
  }

  /** A run; null where there is none. */
  async getDagRun(dagId: string, runId: string): Promise<DagRunValue | null> {
    return (await this.#port.askBetweenDags("dagRun", { kind: "getDagRun", dagId, runId })).value;
  }

  /** The Dag's last run before a logical date; null where there is none. */
  async getPreviousDagRun(
    dagId: string,
    logicalDate: string | Date,
    options: { readonly state?: RunState } = {},
  ): Promise<DagRunValue | null> {
    const moment = momentText(logicalDate);
    const request = {
      kind: "getPreviousDagRun",
      dagId,
      logicalDate: moment,
      ...given("state", options.state),
    } as const;
    return (await this.#port.askBetweenDags("dagRun", request)).value;
  }

  /** How many runs there are in one of these states; without `states`: at all. */
  async countDagRuns(query: RunQuery & { readonly states?: readonly RunState[] }): Promise<number> {
    const request = { kind: "countDagRuns", ...choiceOf(query), ...given("states", query.states) } as const;
    return (await this.#port.askBetweenDags("count", request)).value;
  }

  /** How many task instances there are in one of these states; without `states`: at all. */
  async countTaskInstances(
    query: TaskInstanceQuery & { readonly states?: readonly TaskInstanceState[] },
  ): Promise<number> {
    const request = { kind: "countTaskInstances", ...instancesOf(query), ...given("states", query.states) } as const;
    return (await this.#port.askBetweenDags("count", request)).value;
  }

  /** States by run id, then by task id; of a mapped instance with `_` and its map index behind the task id. */
  async getTaskStates(
    query: TaskInstanceQuery,
  ): Promise<{ readonly [runId: string]: { readonly [task: string]: TaskInstanceState | null } }> {
    return (await this.#port.askBetweenDags("taskStates", { kind: "getTaskStates", ...instancesOf(query) })).value;
  }
}
