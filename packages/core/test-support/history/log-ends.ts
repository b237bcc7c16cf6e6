import { readFile } from "node:fs/promises";
import type { LogLine } from "@windlass/contract";
import type { Sql } from "@windlass/core/database";
import { attemptLogPath } from "../../src/queries/log-path.ts";
import type { Fault } from "./fault.ts";

/** Invariant 20: a log begins with its header and ends with its end, or with the marker of a lost attempt. @param text undefined: there is no log */
export function logWithoutEnd(attemptId: string, text: string | undefined): readonly Fault[] {
  const markers = (text ?? "").split("\n").flatMap((line): readonly string[] => {
    try {
      return [(JSON.parse(line) as LogLine).marker ?? ""];
    } catch {
      // A line that a kill cut off.
      return [];
    }
  });
  const isWhole = markers[0] === "start" && markers.includes("end");
  return isWhole || markers.includes("lost")
    ? []
    : [{ invariant: "h20_log_without_end", row: { attemptId, lines: markers.length } }];
}

/** Looks at the logs of all attempts that were started and are over. */
export async function findLogsWithoutEnd(sql: Sql, logsFolder: string): Promise<readonly Fault[]> {
  const attempts = await sql.query<{ id: string }>(
    "select attempt_id as id from task_attempt where started_at is not null and ended_at is not null",
  );
  const faults: Fault[] = [];
  for (const { id } of attempts) {
    const text = await readFile(attemptLogPath(logsFolder, id), "utf8").catch(() => undefined);
    faults.push(...logWithoutEnd(id, text));
  }
  return faults;
}
