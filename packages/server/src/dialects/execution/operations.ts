import type { ExecutionOperation } from "./operation.ts";
import { taskInstanceOperations } from "./task-instances.ts";
import { workerOperations } from "./worker.ts";

/** Every operation of the execution API. */
export const EXECUTION_OPERATIONS: readonly ExecutionOperation[] = [...taskInstanceOperations, ...workerOperations];
