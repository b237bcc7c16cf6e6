import type { Operation } from "../../operation.ts";
import { apiKeyOperations } from "./api-keys.ts";
import { authReportOperations } from "./auth-report.ts";
import { backfillOperations } from "./backfills.ts";
import { capabilityOperations } from "./capabilities.ts";
import { checkOperations } from "./check.ts";
import { dagOperations } from "./dags.ts";
import { eventOperations } from "./events.ts";
import { gridOperations } from "./grid.ts";
import { humanStepOperations } from "./human-steps.ts";
import { importErrorOperations } from "./import-errors.ts";
import { launchOperations } from "./launch.ts";
import { logOperations } from "./log.ts";
import { noticeOperations } from "./notices.ts";
import { referenceOperations } from "./reference.ts";
import { refusalOperations } from "./refusals.ts";
import { roleOperations } from "./roles.ts";
import { sessionOperations } from "./session.ts";
import { sourceOperations } from "./source.ts";
import { structureOperations } from "./structure.ts";
import { userOperations } from "./users.ts";
import { whyDagOperations } from "./why-dag.ts";
import { whyOperations } from "./why.ts";
import { workerListOperations } from "./workers.ts";

/** Every operation of Windlass's own API. */
export const nativeOperations: readonly Operation[] = [
  ...sessionOperations,
  ...dagOperations,
  ...structureOperations,
  ...gridOperations,
  ...eventOperations,
  ...checkOperations,
  ...refusalOperations,
  ...apiKeyOperations,
  ...logOperations,
  ...whyOperations,
  ...humanStepOperations,
  ...noticeOperations,
  ...whyDagOperations,
  ...launchOperations,
  ...backfillOperations,
  ...capabilityOperations,
  ...userOperations,
  ...roleOperations,
  ...importErrorOperations,
  ...sourceOperations,
  ...authReportOperations,
  ...referenceOperations,
  ...workerListOperations,
];
