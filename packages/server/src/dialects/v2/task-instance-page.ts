import type { TaskInstanceRow } from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Server } from "../../server.ts";
import { displayNamesOf } from "../display-names.ts";
import { taskInstanceView } from "./task-instance-view.ts";

/** What a page by cursor says besides. */
export interface CursorPage {
  readonly next_cursor: string | null;
  readonly previous_cursor: string | null;
  readonly total_entries_limit: number | null;
}

const BY_OFFSET: CursorPage = { next_cursor: null, previous_cursor: null, total_entries_limit: null };

/** A page of task instances as v2 shows it. */
export async function taskInstancePage(
  server: Server,
  rows: readonly TaskInstanceRow[],
  total: number,
  cursors: CursorPage = BY_OFFSET,
): Promise<Answer> {
  const nameOf = await displayNamesOf(server, rows);
  return ok({
    task_instances: rows.map((row) => taskInstanceView(row, nameOf(row))),
    total_entries: total,
    ...cursors,
  });
}
