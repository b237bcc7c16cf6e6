import { join } from "node:path";

/**
 * Where the log of an attempt lies. The folder is named by the last two characters of the id: they are random, while the first ones of a uuid v7
 * are the time and would put the logs of years into one folder.
 */
export function attemptLogPath(logsFolder: string, attemptId: string): string {
  return join(logsFolder, attemptId.slice(-2), `${attemptId}.jsonl`);
}
