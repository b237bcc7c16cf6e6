import type { Database } from "@windlass/core/database";
import { listDags } from "@windlass/core/queries";

const PAGE = 100;
const BEGINNERS = "hello";

/** A Dag that a trigger without conf can run now, for the line to paste: `hello` where there is one; a placeholder where none is loaded yet. */
export async function firstTriggerable(database: Database): Promise<string> {
  const filter = { excludeStale: true, isPaused: false, hasImportErrors: false };
  const { rows } = await listDags(database, { all: true }, filter, [{ by: "dagId", descending: false }], {
    limit: PAGE,
    offset: 0,
  });
  const ready = rows.filter(({ definition }) => {
    if (definition === null) return false;
    const { params, requires } = definition;
    const complete = Object.values(params).every((each) => each.hasDefault);
    return complete && (Object.values(requires) as readonly (readonly string[])[]).every((names) => names.length === 0);
  });
  return (ready.find((each) => each.dagId === BEGINNERS) ?? ready[0])?.dagId ?? "<dag-id>";
}
