import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonValue, SerializedDag } from "@windlass/contract";
import { fromAirflow } from "@windlass/contract/serialized-dag";
import { runtimePaths } from "@windlass/sdk/runtime";
import { Dag } from "windlass";
import "windlass/testing";
import { testEngine, type TestEngine } from "../../packages/core/test-support/test-engine.ts";
import { recordedOutcomes, type RecordedOutcome } from "../src/recorded-outcomes.ts";

const DAGS = join(import.meta.dirname, "../dags");
const documents = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../packages/contract/test/fixtures/airflow-serialized-v3.json"), "utf8"),
) as Readonly<Record<string, JsonValue>>;
const files = readdirSync(DAGS).filter((name) => name.endsWith(".ts") && name !== "fixtures_broken.ts");
const loaded = await Promise.all(files.map((name) => import(join(DAGS, name)) as Promise<object>));
const twins = new Map(
  loaded
    .flatMap((file): readonly unknown[] => Object.values(file))
    .filter((value) => value instanceof Dag)
    .map((dag) => [dag.dagId, dag as Dag]),
);

/** Each outcome once, though several scenarios show it. */
const outcomes = [
  ...new Map(
    recordedOutcomes().map((each) => {
      const { dialect, dagId, conf, run, instances } = each;
      return [JSON.stringify([dialect, dagId, conf, run, instances]), each] as const;
    }),
  ).values(),
];
const named = outcomes.map((each) => [each.dialect, each.scenario, each] as const);

let folder: string;
let engine: TestEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "windlass-fixture-dags-"));
  await cp(DAGS, join(folder, "dags"), { recursive: true });
  engine = await testEngine({ folder, runnerPath: runtimePaths.runner, parserPath: runtimePaths.parser });
  await engine.engine.dagProcessor.settled.next();
  await engine.database.execute("insert into pool (name, slots, description) values ('small', 1, '')");
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe("the twins of the fixture Dags", () => {
  it("are as many as Airflow's", () => {
    expect([...twins.keys()].sort()).toEqual(Object.keys(documents).sort());
  });

  it.each(Object.keys(documents))("are defined alike: %s", async (dagId) => {
    const [row] = await engine.database.query<{ serialized: SerializedDag }>(
      "select v.serialized from dag d join dag_version v on v.id = d.current_version_id where d.dag_id = $1",
      [dagId],
    );
    expect(outline(row!.serialized)).toEqual(outline(fromAirflow(documents[dagId]!)));
  });
});

describe("recorded runs of the fixture Dags", () => {
  it("are there for every Dag that comes to an end by itself", () => {
    const shown = new Set(outcomes.map(({ dagId }) => dagId));
    const endless = ["consumer", "daily", "hourly_zone", "paused", "single_active", "slow"];
    // Of these the recordings show what is refused, and the log.
    const ofParams = ["required_param", "typed_params", "uses_conf"];
    const missing = Object.keys(documents).filter((dagId) => !shown.has(dagId));
    expect(missing.sort()).toEqual([...endless, ...ofParams].sort());
  });

  it.each(named)("end the same by dag.test(): %s %s", async (_dialect, _scenario, outcome) => {
    const { state, taskInstances } = await twins.get(outcome.dagId)!.test({ params: outcome.conf });
    const instances = taskInstances.map(
      (each) => [`${each.taskId}[${String(each.mapIndex)}]`, [each.state, each.tryNumber]] as const,
    );
    expect({ run: state, instances: Object.fromEntries(instances) }).toEqual(expected(outcome));
  });

  // `parent` triggers a run by the rights of whoever made its own, which an engine alone does not know: its replay shows it, by a whole server.
  const byEngine = named.filter(([, , { dagId }]) => dagId !== "parent");
  it.each(byEngine)("end the same in production: %s %s", async (_dialect, _scenario, outcome) => {
    const run = await engine.trigger(outcome.dagId, outcome.conf);
    const { state } = await engine.over(run);
    const rows = await engine.database.query<{ task_id: string; map_index: number; state: string; try_number: number }>(
      "select task_id, map_index, state, try_number from task_instance where dag_run_id = $1",
      [run],
    );
    const instances = rows.map(
      (row) => [`${row.task_id}[${String(row.map_index)}]`, [row.state, row.try_number]] as const,
    );
    expect({ run: state, instances: Object.fromEntries(instances) }).toEqual(expected(outcome));
  });
});

function expected({ run, instances }: RecordedOutcome): Pick<RecordedOutcome, "run" | "instances"> {
  return { run, instances };
}

/** What of a definition has to be alike; names of operators and documents of ours are not. */
function outline(dag: SerializedDag): unknown {
  const { dagId, tags, description, docMd, ownerLinks, schedule, catchup, startDate, endDate } = dag;
  const { isPausedUponCreation, maxActiveRuns, maxActiveTasks, dagrunTimeoutSeconds, edgeLabels } = dag;
  return {
    ...{ dagId, tags: [...tags].sort(), description, docMd, ownerLinks, schedule, catchup, startDate, endDate },
    ...{ isPausedUponCreation, maxActiveRuns, maxActiveTasks, dagrunTimeoutSeconds, edgeLabels },
    // Airflow keeps a description beside the schema, we inside as well.
    params: Object.entries(dag.params).map(([name, { schema, ...rest }]) => [
      name,
      { ...schema, description: null },
      rest,
    ]),
    groups: dag.taskGroups.map(({ groupId, parentGroupId, tooltip, expand }) => ({
      groupId,
      parentGroupId,
      tooltip,
      expand,
    })),
    tasks: dag.tasks
      .map((task) => ({
        taskId: task.taskId,
        upstream: [...task.upstreamTaskIds].sort(),
        triggerRule: task.triggerRule,
        retry: task.retry,
        owner: task.owner,
        docMd: task.docMd,
        pool: task.pool,
        poolSlots: task.poolSlots,
        priorityWeight: task.priorityWeight,
        queue: task.queue,
        isSetup: task.isSetup,
        isTeardown: task.isTeardown,
        taskGroupId: task.taskGroupId,
        isMapped: task.expand !== null,
        outlets: task.outlets,
      }))
      .sort((a, b) => (a.taskId < b.taskId ? -1 : 1)),
  };
}
