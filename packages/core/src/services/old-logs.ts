import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Deletes attempts' logs that have not been written to for so many days. A folder that is not there has none.
 * @param now milliseconds since 1970
 * @returns how many files
 */
export async function deleteOldLogs(logsFolder: string, days: number, now: number): Promise<number> {
  let deleted = 0;
  for (const folder of await readdir(logsFolder, { withFileTypes: true }).catch(() => [])) {
    if (!folder.isDirectory()) continue;
    const inside = join(logsFolder, folder.name);
    for (const name of await readdir(inside).catch(() => [])) {
      if (!name.endsWith(".jsonl")) continue;
      const path = join(inside, name);
      const found = await stat(path).catch(() => undefined);
      if (!found || now - found.mtimeMs < days * DAY_MS) continue;
      await unlink(path).catch(() => undefined);
      deleted += 1;
    }
  }
  return deleted;
}
