import type { DagDefinition } from "./definition.ts";

const RECORDER: unique symbol = Symbol.for("windlass.recorder");
type Holder = { [RECORDER]?: DagDefinition[] | undefined };

/** Notes a Dag for whoever loads its file; outside of a load nobody keeps it. @internal */
export function recordDag(definition: DagDefinition): void {
  (globalThis as Holder)[RECORDER]?.push(definition);
}

/** What stands for the load that is going on; undefined where none is. @internal */
export function currentLoad(): object | undefined {
  return (globalThis as Holder)[RECORDER];
}

/** Loads a module and gives every Dag that was made meanwhile. Two loads must not overlap. @internal */
export async function recordDags<T>(
  load: () => Promise<T>,
): Promise<{ readonly loaded: T; readonly made: readonly DagDefinition[] }> {
  const holder = globalThis as Holder;
  const made: DagDefinition[] = [];
  holder[RECORDER] = made;
  try {
    return { loaded: await load(), made };
  } finally {
    holder[RECORDER] = undefined;
  }
}
