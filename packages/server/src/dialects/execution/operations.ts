import { assetOperations } from "./assets.ts";
import { betweenDagsOperations } from "./between-dags.ts";
import { healthOperations } from "./health.ts";
import { humanOperations } from "./human.ts";
import type { ExecutionOperation } from "./operation.ts";
import { secretOperations } from "./secrets.ts";
import { storeOperations } from "./stores.ts";
import { taskFactOperations } from "./task-facts.ts";
import { taskInstanceOperations } from "./task-instances.ts";
import { workerOperations } from "./worker.ts";
import { xcomOperations } from "./xcoms.ts";

/** Every operation of the execution API. */
export const EXECUTION_OPERATIONS: readonly ExecutionOperation[] = [
  ...healthOperations,
  ...taskInstanceOperations,
  ...taskFactOperations,
  ...betweenDagsOperations,
  ...xcomOperations,
  ...secretOperations,
  ...assetOperations,
  ...storeOperations,
  ...humanOperations,
  ...workerOperations,
];
