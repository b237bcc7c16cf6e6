import type { Operation } from "../../operation.ts";
import { authenticationOperations } from "./authentication.ts";
import { dagOperations } from "./dags.ts";
import { importErrorOperations } from "./import-errors.ts";
import { logOperations } from "./logs.ts";
import { monitorOperations } from "./monitor.ts";
import { runOperations } from "./runs.ts";
import { taskInstanceOperations } from "./task-instances.ts";
import { taskOperations } from "./tasks.ts";
import { triggerOperations } from "./trigger.ts";
import { xcomOperations } from "./xcoms.ts";

/** All operations of Airflow 3's API that there are here. */
export const v2Operations: readonly Operation[] = [
  ...monitorOperations,
  ...authenticationOperations,
  ...dagOperations,
  ...triggerOperations,
  ...runOperations,
  ...taskInstanceOperations,
  ...logOperations,
  ...xcomOperations,
  ...taskOperations,
  ...importErrorOperations,
];
