import {
  ConnectionNotFoundError,
  Dag,
  DagRegistry,
  serveDags,
  SUPERVISOR_API_VERSION,
  VariableNotFoundError,
  type ConnectionResult,
  type GetXComOpts,
  type JsonValue,
  type SetXComOpts,
  type TaskClient,
  type TaskContext,
  type TaskHandler,
  type TaskInputs,
  type TaskOptions,
  type TaskRef,
} from "apache-airflow-ts-sdk";

// Uses every export of the package once, types included.

const dag = new Dag("everything", {});
const version: string = SUPERVISOR_API_VERSION;

const context: TaskHandler = ({ ctx }) => {
  const known: TaskContext = ctx;
  const { dagId, taskId, runId, tryNumber, mapIndex, signal } = known;
  return { dagId, taskId, runId, tryNumber, mapIndex, aborted: signal.aborted };
};
const first: TaskRef = dag.task("context", context);

async function read(client: TaskClient): Promise<Record<string, JsonValue>> {
  const connection: ConnectionResult = await client.getConnectionOrThrow("db");
  const { id, type, host = null, schema = null, login = null, password = null, port = null, extra = null } = connection;
  return {
    id,
    type,
    host,
    schema,
    login,
    password,
    port,
    extra,
    greeting: await client.getVariableOrThrow("greeting"),
  };
}
const second = dag.task("read", ({ client }) => read(client), { inputs: { context: first } });

const third = dag.task(
  "missing",
  async ({ client }) => {
    const names: (string | null)[] = [
      await client.getVariable("none"),
      (await client.getConnection("none"))?.id ?? null,
    ];
    for (const ask of [() => client.getVariableOrThrow("none"), () => client.getConnectionOrThrow("none")]) {
      try {
        await ask();
      } catch (error) {
        if (error instanceof VariableNotFoundError) names.push(`variable ${error.key}`);
        else if (error instanceof ConnectionNotFoundError) names.push(`connection ${error.connId}`);
      }
    }
    return names;
  },
  { inputs: { context: first }, spec: {} },
);

const inputs: TaskInputs = { read: second, missing: third };
const options: TaskOptions = { inputs };
dag.task(
  "left",
  async ({ client, ctx }) => {
    const own: SetXComOpts = { key: "note", value: { from: ctx.taskId, list: [1, "two", null, true] } };
    await client.setXCom(own);
    const query: GetXComOpts = { key: "return_value", taskId: "missing", mapIndex: null };
    return {
      note: await client.getXCom({ key: "note" }),
      missing: await client.getXCom<JsonValue>(query),
      no: await client.getXCom({ key: "no" }),
    };
  },
  options,
);
dag.task("nothing", () => undefined, { inputs: { context: first } });

const registry = new DagRegistry();
registry.register(dag);
if (registry.getTaskHandler("everything", "context") !== context)
  throw new TypeError("a registry gives handlers as they are");
if (registry.getTaskHandler("everything", "none") !== undefined)
  throw new TypeError("a registry knows what it has not");
if (dag.taskIds.join() !== "context,read,missing,left,nothing" || first.dagId !== dag.dagId)
  throw new TypeError("ids are as declared");

if (!/^\d{4}-\d\d-\d\d$/.test(version)) throw new TypeError("a version is a day");

await serveDags(registry);
