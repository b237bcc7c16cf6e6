import type { SerializedDag, SerializedExpand, SerializedInput } from "@windlass/contract";

/** What of a Dag is mapped. */
export interface MappedTasks {
  /** The expansion of each task that has several instances: its own, or that of the mapped group around it. */
  readonly expansions: ReadonlyMap<string, SerializedExpand>;
  /** The mapped task group around each task that is in one. */
  readonly mappedGroupOf: ReadonlyMap<string, string>;
  /** Tasks over whose results something is mapped: their results must be lists or objects. */
  readonly mappedOver: ReadonlySet<string>;
}

/** The inputs that an expansion takes its elements from. */
export function expansionSources(expand: SerializedExpand): readonly SerializedInput[] {
  return expand.kind === "kwargs" ? [expand.source] : Object.values(expand.arguments);
}

/** The tasks whose results a source is made of. */
export function tasksOfSource(source: SerializedInput): readonly string[] {
  switch (source.kind) {
    case "value":
    case "mapped":
      return [];
    case "xcom":
      return [source.taskId];
    case "zip":
    case "concat":
      return source.sources.flatMap(tasksOfSource);
    case "array":
      return source.items.flatMap(tasksOfSource);
    case "object":
      return Object.values(source.entries).flatMap(tasksOfSource);
  }
}

/** The results whose lengths decide about an expansion's length; what is nested deeper only fills elements. */
function lengthSources(source: SerializedInput): readonly string[] {
  switch (source.kind) {
    case "xcom":
      return [source.taskId];
    case "zip":
    case "concat":
      return source.sources.flatMap(lengthSources);
    default:
      return [];
  }
}

/** Finds what of a Dag is mapped. */
export function mappedTasks(dag: SerializedDag): MappedTasks {
  const groups = new Map(dag.taskGroups.map((group) => [group.groupId, group]));
  const expansions = new Map<string, SerializedExpand>();
  const mappedGroupOf = new Map<string, string>();
  const mappedOver = new Set<string>();
  for (const { taskId, taskGroupId, expand } of dag.tasks) {
    let own = expand;
    for (let id = taskGroupId; id !== null; id = groups.get(id)?.parentGroupId ?? null) {
      const around = groups.get(id)?.expand ?? null;
      if (around === null) continue;
      mappedGroupOf.set(taskId, id);
      own ??= around;
      break;
    }
    if (own === null) continue;
    expansions.set(taskId, own);
    for (const source of expansionSources(own)) for (const id of lengthSources(source)) mappedOver.add(id);
  }
  return { expansions, mappedGroupOf, mappedOver };
}
