import { type DagVersionNames, taskDisplayNames } from "@windlass/core/queries";
import type { Server } from "../server.ts";

const MOST = 2000;
const known = new WeakMap<Server, Map<number, DagVersionNames>>();

/** Looks up the display names of tasks; a version never changes, so what was read is kept. */
export async function displayNamesOf(
  server: Server,
  rows: readonly { readonly versionId: number }[],
): Promise<(row: { readonly versionId: number; readonly taskId: string }) => string> {
  let cache = known.get(server);
  if (cache === undefined || cache.size > MOST) {
    cache = new Map<number, DagVersionNames>();
    known.set(server, cache);
  }
  const names = cache;
  const missing = [...new Set(rows.map(({ versionId }) => versionId))].filter((id) => !names.has(id));
  for (const [id, read] of await taskDisplayNames(server.actions.database, missing)) names.set(id, read);
  return ({ versionId, taskId }) => names.get(versionId)?.[taskId] ?? taskId;
}
