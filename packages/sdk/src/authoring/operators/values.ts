import type { JsonValue } from "@windlass/contract";
import type { TaskContext } from "../context.ts";
import { isLinkable, type Defined } from "../definition.ts";
import type { Wired } from "../inputs.ts";

/** A value that an operator takes: written in the file, another task's result, or computed from the context when the task runs. */
export type OperatorValue<T, P = Record<string, unknown>> = Wired<T> | ((context: TaskContext<P>) => T);

/** Parts an operator's values: what is computed stays with the handler, the rest travels as the task's inputs. */
export function wiredPart(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value !== "function"));
}

/** The values for one attempt: arrived inputs, and what is computed from the context. */
export function resolveValues(
  values: Readonly<Record<string, unknown>>,
  arrived: Readonly<Record<string, unknown>>,
  context: TaskContext,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(values).map((name) => {
      const value = values[name];
      return [
        name,
        typeof value === "function" ? (value as (context: TaskContext) => unknown)(context) : arrived[name],
      ];
    }),
  );
}

/** How a value is shown before the task runs: results of other tasks by name, computed values as what they are. */
export function shown(value: unknown): JsonValue {
  if (typeof value === "function") return "(computed when the task runs)";
  if (isLinkable(value))
    return `(result of ${(value as Defined<unknown> & { readonly taskId?: string }).taskId ?? "a task"})`;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shown(each)]));
  }
  return value as JsonValue;
}
