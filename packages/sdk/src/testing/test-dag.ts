import {
  type AttemptOutcome,
  type AttemptRun,
  type BetweenDagsRequest,
  type BetweenDagsResponse,
  type ConnectionValue,
  invariant,
  type Instant,
  type JsonObject,
  type JsonValue,
  NOT_MAPPED,
  type Refusal,
  refusal,
  type RefusalCode,
  RefusalError,
  type SerializedDag,
} from "@windlass/contract";
import {
  buildGraph,
  type DagGraph,
  dateFindings,
  type ManualInterval,
  manualInterval,
  paramFindings,
  requirementVerdicts,
  lateInputs,
  resolveInputs,
  takesLazy,
  type TaskInstanceSnapshot,
  type XcomReference,
} from "@windlass/core/domain";
import { AttemptAborted } from "../attempt/abort-reason.ts";
import { withOwnEnvironment } from "../attempt/own-environment.ts";
import { executeAttempt } from "../attempt/execute.ts";
import { executeCallback } from "../attempt/execute-callback.ts";
import { indexTasks } from "../attempt/find-task.ts";
import { makeTaskLog } from "../attempt/task-log.ts";
import { checkXcom } from "../attempt/xcom.ts";
import { FailWithoutRetry } from "../authoring/outcomes.ts";
import type { ClientPort, FullXcomsQuery } from "../authoring/client.ts";
import type { DagTestOptions, DagTestResult, TestedLogLine } from "../authoring/dag-test.ts";
import { type DagDefinition, type Defined, definitionOf } from "../authoring/definition.ts";
import { readDate } from "../serialize/dates.ts";
import { serializeDag } from "../serialize/dag.ts";
import { withConsole } from "./console-lines.ts";
import { TestAssets } from "./test-assets.ts";
import { connectionOf } from "./test-connection.ts";
import { TestNotices } from "./test-notices.ts";
import { instanceKey, newRun, TestRun } from "./test-run.ts";
import { callManual, timetableFunctions } from "../timetable/call-timetable.ts";
import { TestWaits } from "./test-waits.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** The default of the server's own limit. */
const MAX_XCOM_BYTES = 262_144;
const MAX_MAP_LENGTH = 1024;

interface Prepared {
  readonly dag: SerializedDag;
  readonly run: AttemptRun;
  readonly clock: VirtualClock;
  readonly refusals: readonly Refusal[];
}

function moment(value: string | Date | null | undefined, dag: SerializedDag, option: string): Instant | null {
  if (value === undefined || value === null) return null;
  const read = readDate(value, dag.timezone);
  if (read !== undefined) return read;
  const data = { where: "dag.test", option, actual: JSON.stringify(value) };
  throw new RefusalError(refusal("dag_file.bad_date", data));
}

/** What the trigger's own decision says about the run: the same verdicts as through the API. */
function prepare(definition: DagDefinition, options: DagTestOptions): Prepared {
  const { dag, errors } = serializeDag(definition, "(test)");
  if (dag === null) {
    const [first, ...rest] = errors.map(({ code, reason, fix }) => ({ ...refusal(code as RefusalCode), reason, fix }));
    invariant(first !== undefined, "a Dag that is not serialized has errors");
    throw new RefusalError(first, ...rest);
  }
  const clock = new VirtualClock(moment(options.runAfter, dag, "runAfter"));
  const logicalDate = moment(options.logicalDate, dag, "logicalDate");
  const conf = (options.params ?? {}) as JsonObject;
  const { params, verdicts } = paramFindings(dag, conf);
  const supplies = {
    connections: new Set(Object.keys(options.connections ?? {})),
    variables: new Set(Object.keys(options.variables ?? {})),
    env: new Set(Object.keys(options.env ?? {})),
    pools: new Set([...dag.requires.pools, ...dag.tasks.map((task) => task.pool)]),
  };
  const dates = dateFindings({ logicalDate }, dag, false);
  const refusals = [...verdicts, ...dates.verdicts, ...requirementVerdicts(dag, supplies)].map(
    (verdict) => verdict.refusal,
  );
  const now = clock.now();
  const run: AttemptRun = {
    dagId: dag.dagId,
    runId: options.runId ?? `test__${now}`,
    runType: options.triggeringAssetEvents === undefined ? "manual" : "asset_triggered",
    triggeredBy: "test",
    logicalDate,
    ...intervalOf(definition, dag, logicalDate),
    runAfter: now,
    startDate: now,
    conf,
    params,
    partitionKey: options.partitionKey ?? null,
  };
  return { dag, run, clock, refusals };
}

/** As production's, where the Dag's own timetable is asked by the parser's child. */
function intervalOf(definition: DagDefinition, dag: SerializedDag, at: Instant | null): ManualInterval {
  const functions = timetableFunctions(definition.options.schedule);
  if (at === null || functions === undefined) return manualInterval(dag.schedule, at);
  const { dataIntervalStart, dataIntervalEnd } = callManual(functions, at);
  return { dataIntervalStart, dataIntervalEnd };
}

/** Runs an attempt with its time-out, which goes by the real clock: a handler's time cannot be made up. */
async function withTimeout(
  seconds: number | null,
  execute: (signal: AbortSignal) => Promise<AttemptOutcome>,
): Promise<AttemptOutcome> {
  const abort = new AbortController();
  if (seconds === null) return execute(abort.signal);
  const reason = new AttemptAborted("timeout", `The task ran longer than its executionTimeout of ${seconds} seconds.`);
  const timer = setTimeout(() => abort.abort(reason), Math.min(seconds * 1000, 2 ** 31 - 1));
  const ignored = new Promise<AttemptOutcome>((resolve) => {
    abort.signal.addEventListener("abort", () => {
      const error = { kind: "timeout", name: reason.name, message: reason.message, stack: null } as const;
      setTimeout(() => resolve({ state: "failed", error, mayRetry: true }), 100);
    });
  });
  try {
    return await Promise.race([execute(abort.signal), ignored]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a Dag in this process with the scheduler's own rules; what stands behind `dag.test`.
 * @throws RefusalError where the Dag itself has mistakes
 */
export async function testDag(dag: Defined<DagDefinition>, options: DagTestOptions = {}): Promise<DagTestResult> {
  const definition = definitionOf(dag);
  const { dag: serialized, run, clock, refusals } = prepare(definition, options);
  if (refusals.length > 0) {
    const nothing = {
      run: null,
      taskInstances: [],
      xcoms: {},
      assetEvents: [],
      triggeredRuns: [],
      logs: [],
      callbacks: [],
      alerts: [],
    };
    return { state: "refused", ...nothing, refusals };
  }

  const graph = buildGraph(serialized);
  const handlers = indexTasks([definition]).get(serialized.dagId);
  const logs: TestedLogLine[] = [];
  const tries = new Map<string, number>();
  const note = (taskId: string, level: TestedLogLine["level"], message: string, fields?: JsonObject): void => {
    logs.push({
      taskId,
      tryNumber: tries.get(taskId) ?? 0,
      level,
      message,
      ...(fields === undefined ? {} : { fields }),
    });
  };
  const assets = new TestAssets(options.triggeringAssetEvents ?? [], clock.now());
  const begun = newRun(graph, run, clock.now());
  const testRun = new TestRun(
    begun,
    () => clock.now(),
    (to) => clock.moveTo(to),
    (after, transitions, emitted) =>
      assets.record(after, transitions, emitted, clock.now(), options.partitionKey ?? null),
  );
  const connections = new Map<string, ConnectionValue>(
    Object.entries(options.connections ?? {}).map(([id, given]) => [id, connectionOf(id, given)]),
  );
  const sequenceOf = ({ taskId, key, runId = run.runId }: FullXcomsQuery): readonly JsonValue[] =>
    runId === run.runId
      ? testRun.indexesOf(taskId).flatMap((mapIndex) => testRun.findXcom(taskId, mapIndex, key) ?? [])
      : [];
  const waits = new TestWaits(options);
  const clientOf = (taskId: string, mapIndex: number): ClientPort => ({
    askBetweenDags: async <K extends BetweenDagsResponse["kind"]>(_: K, request: BetweenDagsRequest) => {
      const asking = { taskId, mapIndex, tryNumber: tries.get(taskId) ?? 0 };
      return waits.ask(asking, request, clock.now()) as Extract<BetweenDagsResponse, { readonly kind: K }>;
    },
    getConnection: async (id) => connections.get(id) ?? null,
    getVariable: async (key) => options.variables?.[key] ?? null,
    getXcom: async (query) =>
      query.runId === undefined || query.runId === run.runId
        ? testRun.findXcom(query.taskId, query.mapIndex, query.key)
        : undefined,
    getTriggeringAssetEvents: async () => assets.triggering,
    getInletEvents: async (query) => assets.find(query),
    getAssetState: async (of, key) => assets.state(of, key),
    setAssetState: async (of, key, value) => assets.keep(of, key, value),
    countXcoms: async (query) => sequenceOf(query).length,
    sliceXcoms: async (query, offset, limit) => sequenceOf(query).slice(offset, offset + limit),
    setXcom: async (key, value) => {
      const checked = checkXcom(value, MAX_XCOM_BYTES);
      if (checked.kind === "refused") throw new FailWithoutRetry(checked.error.message);
      if (checked.kind === "value") testRun.setXcom(taskId, mapIndex, key, checked.value);
    },
  });

  async function execute(instance: TaskInstanceSnapshot): Promise<AttemptOutcome> {
    const { taskId, tryNumber, attemptId, mapIndex, maxTries } = instance;
    const task = graph.tasks.get(taskId);
    const handler = handlers?.get(taskId);
    invariant(task !== undefined && handler !== undefined, `the Dag has a task ${taskId}`);
    tries.set(taskId, tryNumber);
    const scope = { graph, task, mapIndex, indexesOf: (id: string) => testRun.indexesOf(id) };
    const find = (each: XcomReference): JsonValue | undefined => testRun.findXcom(each.taskId, each.mapIndex, each.key);
    const late = !takesLazy(task)
      ? undefined
      : lateInputs(scope, (each) => {
          const value = find(each);
          return value === undefined ? undefined : { value };
        });
    const facts = {
      attemptId,
      taskId,
      mapIndex,
      tryNumber,
      maxTries: maxTries + 1,
      run,
      inputs: late === undefined ? resolveInputs(scope, find) : {},
      ...(late && { late: { ...late, kept: [] } }),
      maxXcomBytes: MAX_XCOM_BYTES,
      ...(instance.carry && { carry: instance.carry }),
      ...(graph.mappedOver.has(taskId) && !graph.expansions.has(taskId) && { maxMapLength: MAX_MAP_LENGTH }),
    };
    const outcome = await withTimeout(task.executionTimeoutSeconds, (signal) =>
      executeAttempt(handler, facts, {
        client: clientOf(taskId, mapIndex),
        now: () => clock.now(),
        neverWaits: true,
        log: makeTaskLog((line) => note(taskId, line.level, line.event, line.fields)),
        signal,
        env: {
          ...TEST_ENVIRONMENT,
          ...withOwnEnvironment({ env: options.env ?? {}, ...(task.env && { ownEnv: task.env }) }),
        },
        cleanStack: (stack) => stack,
      }),
    );
    if (outcome.state === "failed") note(taskId, "error", `${outcome.error.name}: ${outcome.error.message}`);
    return outcome;
  }

  const notices = new TestNotices(begun, run, options.variables ?? {}, MAX_XCOM_BYTES, (facts) =>
    withTimeout(null, (signal) =>
      executeCallback(handlers ?? new Map(), facts, {
        client: { ...clientOf("", NOT_MAPPED), setXcom: leavesNothing },
        now: () => clock.now(),
        log: makeTaskLog((line) => note(facts.taskId, line.level, line.event, line.fields)),
        signal,
        env: { ...TEST_ENVIRONMENT, ...options.env },
        cleanStack: (stack) => stack,
      }),
    ),
  );
  const record = await withConsole(note, () =>
    testRun.finish(
      execute,
      (before, after, moved) => notices.moved(before, after, moved, clock.now()),
      (instance, now) => waits.eventOf(instance, now),
    ),
  );
  const { snapshot, xcoms, lastOutcomes } = record;
  invariant(snapshot.state === "success" || snapshot.state === "failed", "a finished run has ended");
  return {
    state: snapshot.state,
    run,
    taskInstances: snapshot.taskInstances.map(({ taskId, mapIndex, state, tryNumber }) => {
      const outcome = lastOutcomes.get(instanceKey(taskId, mapIndex));
      const error = outcome?.state === "failed" ? outcome.error : null;
      return {
        taskId,
        mapIndex,
        state,
        tryNumber,
        xcom: xcoms.get(instanceKey(taskId, mapIndex))?.get("return_value"),
        error: error === null ? null : { kind: error.kind, name: error.name, message: error.message },
      };
    }),
    xcoms: xcomsByTask(graph, xcoms),
    assetEvents: assets.made,
    triggeredRuns: waits.triggered,
    logs,
    callbacks: notices.callbacks,
    alerts: notices.alerts,
    refusals: [],
  };
}

async function leavesNothing(): Promise<void> {
  throw new RefusalError(refusal("execution.callback_leaves_nothing", {}));
}

/** XComs by task; of a mapped task the list of its instances' values, in the order of their map indexes. */
function xcomsByTask(
  graph: DagGraph,
  xcoms: ReadonlyMap<string, ReadonlyMap<string, JsonValue>>,
): DagTestResult["xcoms"] {
  const found: Record<string, Record<string, JsonValue>> = {};
  const byIndex = [...xcoms]
    .map(([key, own]) => [...key.split("\n"), own] as unknown as [string, string, ReadonlyMap<string, JsonValue>])
    .sort((a, b) => Number(a[1]) - Number(b[1]));
  for (const [taskId, , own] of byIndex) {
    const task = (found[taskId] ??= {});
    for (const [key, value] of own) {
      if (graph.expansions.has(taskId)) task[key] = [...((task[key] ?? []) as JsonValue[]), value];
      else task[key] = value;
    }
  }
  return found;
}

/** What a command of a bash task needs to be found at all; everything else comes by `env`. */
const TEST_ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin" };
