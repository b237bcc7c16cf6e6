import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { refuse } from "@windlass/contract";
import type { Configuration } from "../configuration.ts";

/** Makes sure that there is a folder of Dag files to read. @throws RefusalError `up.dags_folder_missing` */
export function servedDagsFolder({ folder, values }: Configuration): void {
  const dagsFolder = resolve(folder, values.core.dags_folder);
  if (!existsSync(dagsFolder)) throw refuse("up.dags_folder_missing", { folder: dagsFolder });
}
