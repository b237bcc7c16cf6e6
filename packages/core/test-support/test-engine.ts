import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  configValues,
  fromMillis,
  type Clock,
  type JsonObject,
  type SerializedDag,
  type TaskInstanceState,
} from "@windlass/contract";
import type { Database } from "@windlass/core/database";
import { createEngine, type Engine, type EngineOptions } from "@windlass/core/services";
import { changeRun } from "../src/actions/runs/change-run.ts";
import type { RunSnapshot } from "../src/domain/snapshot.ts";
import type { Advance } from "../src/domain/transition.ts";
import { lockRun } from "../src/store/runs-between.ts";
import { syncDagFile } from "../src/store/dags.ts";
import { findViolations } from "../src/store/invariants.ts";
import { insertRuns, type NewRun } from "../src/store/runs.ts";
import { testParseResult } from "./dag.ts";
import { findCatchUpGaps } from "./history/catch-up-gaps.ts";
import type { Fault } from "./history/fault.ts";
import { findStartedTooEarly } from "./history/started-too-early.ts";
import { manualRun } from "./manual-run.ts";
import { testDatabase, type TestDatabase } from "./test-database.ts";

/** The machine's clock with an offset that a test may move. */
export class MovableClock implements Clock {
  aheadMs = 0;

  now(): ReturnType<Clock["now"]> {
    return fromMillis(performance.timeOrigin + performance.now() + this.aheadMs);
  }
}

/** An engine on a database and folders of its own, with a runner that does what the run's conf says. */
export interface TestEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly database: Database;
  readonly test: TestDatabase;
  readonly clock: MovableClock;
  readonly folder: string;
  /** What the engine could not mend by itself. */
  readonly problems: readonly string[];
  /** Stores a Dag, as the Dag processor would. */
  store(dag: SerializedDag): Promise<void>;
  /** Makes a run and tells the engine. @returns its key */
  trigger(dagId: string, conf?: JsonObject, overrides?: Partial<NewRun>): Promise<number>;
  /** Changes a run as an action of another process would; the engine is not told. */
  change(dagRunId: number, decide: (run: RunSnapshot) => Advance): Promise<void>;
  /** Waits until the run is over. @returns its state and those of its task instances */
  over(dagRunId: number): Promise<RunOutcome>;
  /** Waits until a condition on the database holds, asking after every commit of the engine. */
  until<T>(ask: () => Promise<T | undefined>): Promise<T>;
  /** What the views of the invariants report, and what readings of the history find. */
  violations(): Promise<readonly Fault[]>;
}

export interface RunOutcome {
  readonly state: string;
  readonly tasks: Readonly<Record<string, TaskInstanceState | null>>;
  readonly tries: Readonly<Record<string, number>>;
}

const NONE = "00000000-0000-0000-0000-000000000000";

/** Starts an engine. @param options what is to differ from the usual */
export async function testEngine(
  options: Partial<EngineOptions> & { readonly test?: TestDatabase; readonly folder?: string } = {},
): Promise<TestEngine> {
  const test = options.test ?? (await testDatabase());
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "windlass-engine-")));
  const clock = new MovableClock();
  const problems: string[] = [];
  const fixture = fileURLToPath(new URL("./runner-fixture.ts", import.meta.url));
  const database = options.database ?? test.database;
  const engine = createEngine({
    database,
    clock,
    random: { bytes: (count) => randomBytes(count) },
    bootId: randomUUID(),
    dagsFolder: join(folder, "dags"),
    logsFolder: join(folder, "logs"),
    bundleFolder: join(folder, "bundles"),
    runnerPath: fixture,
    parserPath: fixture,
    parallelism: 8,
    warmRunners: 2,
    secrets: { getConnection: async () => null, getVariable: async () => null },
    config: configValues(),
    log: {
      info: () => undefined,
      warning: () => undefined,
      error: (event, fields) => problems.push(`${event}: ${String(fields?.["error"])}`),
    },
    ...options,
    paces: { graceMs: 300, ...options.paces },
  });
  await engine.start();

  async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const committed = engine.scheduler.committed.next();
      const answer = await ask();
      if (answer !== undefined) return answer;
      await committed;
    }
  }

  return {
    engine,
    database,
    test,
    clock,
    folder,
    problems,
    until,
    async store(dag) {
      const result = testParseResult(`${dag.dagId}.ts`, [dag]);
      await database.transaction((tx) => syncDagFile(tx, result, { now: clock.now(), pausedAtCreation: false }));
      engine.signals.dagChanged(dag.dagId);
    },
    async trigger(dagId, conf = {}, overrides = {}) {
      const [version] = await database.query<{ id: number }>(
        "select current_version_id as id from dag where dag_id = $1",
        [dagId],
      );
      const now = clock.now();
      const run: NewRun = { ...manualRun(dagId, version!.id, now, { conf }), ...overrides };
      const [made] = await database.transaction((tx) => insertRuns(tx, [run]));
      const id = made?.kind === "created" ? made.id : 0;
      engine.signals.runsCreated([id]);
      return id;
    },
    async change(dagRunId, decide) {
      await database.transaction(async (tx) => {
        await lockRun(tx, dagRunId);
        await changeRun(tx, { clock, config: options.config ?? configValues() }, dagRunId, decide);
      });
    },
    over: (dagRunId) =>
      until(async () => {
        const [run] = await database.query<{ state: string; end_date: string | null }>(
          "select state, end_date from dag_run where id = $1",
          [dagRunId],
        );
        if (run === undefined || run.end_date === null) return undefined;
        return { state: run.state, ...(await statesOf(database, dagRunId)) };
      }),
    violations: async () => [
      ...(await findViolations(database)),
      ...(await findStartedTooEarly(database)),
      ...(await findCatchUpGaps(database)),
    ],
    async [Symbol.asyncDispose]() {
      await engine.stop();
      if (!options.test) await test.drop();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** States and tries of a run's task instances, by task. */
async function statesOf(database: Database, dagRunId: number): Promise<Pick<RunOutcome, "tasks" | "tries">> {
  const rows = await database.query<{ task_id: string; state: TaskInstanceState | null; try_number: number }>(
    "select task_id, state, try_number from task_instance where dag_run_id = $1 order by id",
    [dagRunId],
  );
  return {
    tasks: Object.fromEntries(rows.map((row) => [row.task_id, row.state])),
    tries: Object.fromEntries(rows.map((row) => [row.task_id, row.try_number])),
  };
}

/** A boot that never was. */
export const NO_BOOT = NONE;
