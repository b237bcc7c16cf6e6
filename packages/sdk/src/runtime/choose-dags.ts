import type { SitePosition } from "../authoring/call-site.ts";
import { type DagDefinition, definitionKey } from "../authoring/definition.ts";

function exportedDefinitions(loaded: object): DagDefinition[] {
  return (Object.values(loaded) as readonly unknown[])
    .filter((value): value is { [definitionKey]: DagDefinition } => {
      if (typeof value !== "object" || value === null || !(definitionKey in value)) return false;
      return !("kind" in (value[definitionKey] as object));
    })
    .map((value) => value[definitionKey]);
}

/**
 * Which of the Dags made while a file was loaded are the file's own: those it exports and those written in it. A Dag of an imported file
 * belongs to that file, unless it is made by a function and nothing else is there. A Dag that is to be served belongs to the file that serves it.
 */
export function chooseDags(
  loaded: object,
  all: readonly DagDefinition[],
  file: string,
  positionOf: (dag: DagDefinition) => SitePosition | undefined,
): readonly DagDefinition[] {
  const exported = new Set(exportedDefinitions(loaded));
  const made = all.filter((dag) => dag.serving !== "pending");
  const own = made.filter((dag) => dag.serving === "served" || exported.has(dag) || positionOf(dag)?.file === file);
  const chosen = [...own, ...[...exported].filter((dag) => !own.includes(dag))];
  return chosen.length > 0 ? chosen : made;
}
