import type { JsonObject, JsonValue, SerializedInput, SerializedTask } from "@windlass/contract";

/** Looks up an XCom; undefined where there is none. */
export type FindXcom = (taskId: string, key: string) => JsonValue | undefined;

function resolve(input: SerializedInput, find: FindXcom): JsonValue {
  switch (input.kind) {
    case "value":
      return input.value;
    case "xcom":
      return find(input.taskId, input.key) ?? null;
    case "array":
      return input.items.map((item) => resolve(item, find));
    case "object":
      return Object.fromEntries(Object.entries(input.entries).map(([name, item]) => [name, resolve(item, find)]));
  }
}

/** The values of a task's inputs; a result that does not exist is null, as on Airflow. */
export function resolveInputs(task: SerializedTask, find: FindXcom): JsonObject {
  return Object.fromEntries(Object.entries(task.inputs).map(([name, input]) => [name, resolve(input, find)]));
}
