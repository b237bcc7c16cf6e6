import type { Operation } from "../../operation.ts";
import { apiKeyOperations } from "./api-keys.ts";
import { checkOperations } from "./check.ts";
import { dagOperations } from "./dags.ts";
import { eventOperations } from "./events.ts";
import { gridOperations } from "./grid.ts";
import { launchOperations } from "./launch.ts";
import { logOperations } from "./log.ts";
import { refusalOperations } from "./refusals.ts";
import { sessionOperations } from "./session.ts";
import { structureOperations } from "./structure.ts";
import { whyOperations } from "./why.ts";

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
  ...launchOperations,
];
