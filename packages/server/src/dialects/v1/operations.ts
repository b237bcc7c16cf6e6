import type { Operation } from "../../operation.ts";
import { aboutOperations } from "./about.ts";
import { clearOperations } from "./clear.ts";
import { configOperations } from "./config.ts";
import { connectionOperations } from "./connections.ts";
import { dagChangeOperations } from "./dag-changes.ts";
import { dagSourceOperations } from "./dag-sources.ts";
import { dagOperations } from "./dags.ts";
import { datasetQueueOperations } from "./dataset-queue.ts";
import { datasetOperations } from "./datasets.ts";
import { eventLogOperations } from "./event-logs.ts";
import { importErrorOperations } from "./import-errors.ts";
import { inventoryOperations } from "./inventory.ts";
import { logOperations } from "./logs.ts";
import { markOperations } from "./mark.ts";
import { poolOperations } from "./pools.ts";
import { roleOperations } from "./roles.ts";
import { runChangeOperations } from "./run-changes.ts";
import { runOperations } from "./runs.ts";
import { taskInstanceDependencyOperations } from "./task-instance-dependencies.ts";
import { taskInstanceLinkOperations } from "./task-instance-links.ts";
import { taskInstanceListOperations } from "./task-instance-lists.ts";
import { tryOperations } from "./task-instance-tries.ts";
import { taskInstanceOperations } from "./task-instances.ts";
import { taskOperations } from "./tasks.ts";
import { triggerOperations } from "./trigger.ts";
import { userOperations } from "./users.ts";
import { variableOperations } from "./variables.ts";
import { xcomOperations } from "./xcoms.ts";

/** All operations of Airflow 2's stable API that there are here. */
export const v1Operations: readonly Operation[] = [
  ...aboutOperations,
  ...dagOperations,
  ...dagChangeOperations,
  ...triggerOperations,
  ...runOperations,
  ...runChangeOperations,
  ...clearOperations,
  ...markOperations,
  ...taskInstanceOperations,
  ...taskInstanceListOperations,
  ...tryOperations,
  ...taskInstanceLinkOperations,
  ...taskInstanceDependencyOperations,
  ...logOperations,
  ...xcomOperations,
  ...taskOperations,
  ...dagSourceOperations,
  ...importErrorOperations,
  ...connectionOperations,
  ...variableOperations,
  ...poolOperations,
  ...eventLogOperations,
  ...userOperations,
  ...roleOperations,
  ...configOperations,
  ...inventoryOperations,
  ...datasetQueueOperations,
  ...datasetOperations,
];
