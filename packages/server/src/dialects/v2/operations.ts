import type { Operation } from "../../operation.ts";
import { aboutOperations } from "./about.ts";
import { assetQueueOperations } from "./asset-queue.ts";
import { assetStateOperations } from "./asset-state.ts";
import { assetOperations } from "./assets.ts";
import { authenticationOperations } from "./authentication.ts";
import { backfillOperations } from "./backfills.ts";
import { bulkRunOperations } from "./bulk-runs.ts";
import { bulkTaskInstanceOperations } from "./bulk-task-instances.ts";
import { changeDagOperations } from "./change-dags.ts";
import { changeRunOperations } from "./change-runs.ts";
import { changeTaskInstanceOperations } from "./change-task-instances.ts";
import { changeXComOperations } from "./change-xcoms.ts";
import { clearOperations } from "./clear.ts";
import { clearPartitionOperations } from "./clear-partitions.ts";
import { clearRunsOperations } from "./clear-runs.ts";
import { connectionOperations } from "./connections.ts";
import { enqueueTestOperations } from "./enqueue-test.ts";
import { dagFactOperations } from "./dag-facts.ts";
import { dagMarkOperations } from "./dag-marks.ts";
import { dagOperations } from "./dags.ts";
import { fabRoleOperations } from "./fab-roles.ts";
import { fabUserOperations } from "./fab-users.ts";
import { humanStepOperations } from "./human-steps.ts";
import { importErrorOperations } from "./import-errors.ts";
import { logOperations } from "./logs.ts";
import { monitorOperations } from "./monitor.ts";
import { poolOperations } from "./pools.ts";
import { runOperations } from "./runs.ts";
import { taskGroupOperations } from "./task-groups.ts";
import { taskInstanceListOperations } from "./task-instance-lists.ts";
import { tryOperations } from "./task-instance-tries.ts";
import { taskInstanceOperations } from "./task-instances.ts";
import { taskStoreOperations } from "./task-store.ts";
import { taskOperations } from "./tasks.ts";
import { triggerOperations } from "./trigger.ts";
import { variableOperations } from "./variables.ts";
import { xcomOperations } from "./xcoms.ts";

/** All operations of Airflow 3's API that there are here. */
export const v2Operations: readonly Operation[] = [
  ...monitorOperations,
  ...authenticationOperations,
  ...dagOperations,
  ...changeDagOperations,
  ...dagFactOperations,
  ...dagMarkOperations,
  ...triggerOperations,
  ...runOperations,
  ...changeRunOperations,
  ...backfillOperations,
  ...bulkRunOperations,
  ...bulkTaskInstanceOperations,
  ...clearRunsOperations,
  ...taskInstanceOperations,
  ...taskInstanceListOperations,
  ...tryOperations,
  ...changeTaskInstanceOperations,
  ...taskGroupOperations,
  ...clearOperations,
  ...clearPartitionOperations,
  ...logOperations,
  ...xcomOperations,
  ...changeXComOperations,
  ...humanStepOperations,
  ...taskStoreOperations,
  ...taskOperations,
  ...importErrorOperations,
  ...poolOperations,
  ...connectionOperations,
  ...enqueueTestOperations,
  ...variableOperations,
  ...aboutOperations,
  ...assetOperations,
  ...assetQueueOperations,
  ...assetStateOperations,
  ...fabUserOperations,
  ...fabRoleOperations,
];
