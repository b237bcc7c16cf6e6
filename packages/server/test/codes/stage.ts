import { instant, type JsonObject, type SerializedDag } from "@windlass/contract";
import type { Database } from "@windlass/core/database";
import { testDag, testTask } from "@windlass/core/test-support";

const TASKS = [testTask("hello"), testTask("done"), testTask("waiting", { pool: "busy" })];

function param(schema: JsonObject) {
  return { schema, hasDefault: false, default: null, description: null };
}

function needing(dagId: string, requires: Partial<SerializedDag["requires"]>): SerializedDag {
  return testDag(dagId, TASKS, { requires: { connections: [], variables: [], env: [], pools: [], ...requires } });
}

const SHARED = testTask("hello", {
  outlets: [{ kind: "asset", name: "shared", uri: "s3://shared", group: "asset", extra: {} }],
});

function cron(expression: string): SerializedDag["schedule"] {
  return { kind: "cron", expression, timezone: "UTC", interval: "point" };
}

/** One Dag for each thing that may be wrong with one. */
export const DAGS: readonly SerializedDag[] = [
  testDag("simple", TASKS),
  testDag("paused", TASKS, { isPausedUponCreation: true }),
  testDag("one_at_a_time", TASKS, { maxActiveRuns: 1 }),
  testDag("broken", TASKS),
  testDag("gone", TASKS),
  testDag("only_scheduled", TASKS, { allowedRunTypes: ["scheduled"] }),
  testDag("daily", TASKS, { schedule: cron("@daily") }),
  testDag("daily_too", TASKS, { schedule: cron("@daily") }),
  testDag("daily_three", TASKS, { schedule: cron("@daily") }),
  testDag("daily_past", [testTask("hello", { dependsOnPast: true })], { schedule: cron("@daily") }),
  testDag("own_dates", TASKS, { schedule: { kind: "custom", type: "own", data: {} } }),
  testDag("yearly", TASKS, { schedule: cron("0 0 1 6 *") }),
  testDag("minutely", TASKS, { schedule: cron("* * * * *") }),
  testDag("empty", []),
  testDag("writes_shared", [SHARED]),
  testDag("writes_shared_too", [SHARED]),
  testDag("later", TASKS, { startDate: instant("2026-01-01T00:00:00Z") }),
  testDag("with_params", TASKS, { params: { name: param({ type: "string" }) } }),
  needing("needs_connection", { connections: ["absent"] }),
  needing("needs_variable", { variables: ["absent"] }),
  needing("needs_pool", { pools: ["absent"] }),
  needing("needs_env", { env: ["WINDLASS_DAG_ABSENT"] }),
];

const RUN = `insert into dag_run (dag_id, run_id, state, run_type, triggered_by, run_after, queued_at, logical_date, dag_version_id)
  select dag_id, $2, $3, 'manual', 'test', now(), now(), $4::timestamptz, current_version_id from dag where dag_id = $1 returning id`;
const INSTANCE = `insert into task_instance (dag_run_id, dag_id, task_id, state, try_number, end_date, operator, pool, dag_version_id)
  select id, dag_id, $2, $3, 1, case when $3 = 'success' then now() end, 'task', $4, dag_version_id from dag_run where id = $1 returning id`;
const ATTEMPT = `insert into task_attempt (attempt_id, task_instance_id, try_number, dispatch_sequence, queued_at)
  select attempt_id, id, 1, 1, now() from task_instance where id = $1`;

/** Runs as a scheduler would have left them, a pool that is in use, a Dag whose file broke and one that left its file. */
export async function storeRuns(database: Database): Promise<void> {
  const insert = async (statement: string, values: readonly (string | number | null)[]): Promise<number> => {
    const [row] = await database.query<{ id: number }>(statement, [...values]);
    return row?.id ?? 0;
  };
  await database.execute("insert into pool (name, slots) values ('busy', 1)");
  const run = await insert(RUN, ["simple", "there", "running", "2026-03-01T00:00:00Z"]);
  const other = await insert(RUN, ["one_at_a_time", "there", "running", null]);
  await database.execute(ATTEMPT, [await insert(INSTANCE, [other, "hello", "queued", "default_pool"])]);
  await database.execute(
    "update task_instance set state = 'running', lease_until = now() + interval '1 hour' where dag_run_id = $1",
    [other],
  );
  for (const [task, state, pool] of [
    ["hello", "scheduled", "default_pool"],
    ["done", "success", "default_pool"],
    ["waiting", "queued", "busy"],
  ] as const)
    await database.execute(ATTEMPT, [await insert(INSTANCE, [run, task, state, pool])]);
  await database.execute("update dag set has_import_errors = true, is_stale = true where dag_id = 'broken'");
  await database.execute("update dag set is_stale = true, stale_since = now() where dag_id = 'gone'");
}
