import type { JsonObject, JsonValue, SerializedInput, SerializedTask } from "@windlass/contract";

/** An XCom that a task takes as an input. */
export interface InputReference {
  readonly taskId: string;
  readonly key: string;
}

/** The XComs that a task's inputs refer to. */
export function inputReferences(task: SerializedTask): readonly InputReference[] {
  const found: InputReference[] = [];
  for (const input of Object.values(task.inputs)) collect(input, found);
  return found;
}

function collect(input: SerializedInput, found: InputReference[]): void {
  switch (input.kind) {
    case "value":
      return;
    case "xcom":
      found.push({ taskId: input.taskId, key: input.key });
      return;
    case "array":
      for (const item of input.items) collect(item, found);
      return;
    case "object":
      for (const item of Object.values(input.entries)) collect(item, found);
      return;
  }
}

/** The values of a task's inputs; an XCom that does not exist is null, as on Airflow. */
export function resolveInputs(
  task: SerializedTask,
  xcom: (reference: InputReference) => JsonValue | undefined,
): JsonObject {
  return Object.fromEntries(Object.entries(task.inputs).map(([argument, input]) => [argument, resolve(input, xcom)]));
}

function resolve(input: SerializedInput, xcom: (reference: InputReference) => JsonValue | undefined): JsonValue {
  switch (input.kind) {
    case "value":
      return input.value;
    case "xcom":
      return xcom(input) ?? null;
    case "array":
      return input.items.map((item) => resolve(item, xcom));
    case "object":
      return Object.fromEntries(Object.entries(input.entries).map(([name, item]) => [name, resolve(item, xcom)]));
  }
}
