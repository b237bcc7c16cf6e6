export { Bundle } from "./bundle.ts";
export { ConnectionNotFoundError, VariableNotFoundError } from "./client.ts";
export type { ConnectionResult, GetXComOpts, JsonValue, SetXComOpts, TaskClient } from "./client-types.ts";
export { Dag, type DagSpec, type TaskInputs, type TaskOptions, type TaskRef, type TaskSpec } from "./dag.ts";
export { DagRegistry } from "./registry.ts";
export { serveDags, SUPERVISOR_API_VERSION } from "./serve.ts";
export { getClient, getContext, type TaskContext, type TaskHandler, type TaskHandlerArgs } from "./task.ts";
