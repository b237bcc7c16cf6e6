import type { JsonValue } from "@windlass/contract";
import type { TaskContext } from "../context.ts";
import { isLinkable, type Defined } from "../definition.ts";
import type { Wired } from "../inputs.ts";
import { elementOf } from "../mapping.ts";
import { SENSITIVE_NAME } from "../sensitive-name.ts";

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

/** One value of an operator: written in the file or arrived as the input of that name, or computed from the context. */
export function resolveValue<T>(value: unknown, arrived: unknown, context: TaskContext): T {
  return (typeof value === "function" ? (value as (context: TaskContext) => unknown)(context) : arrived) as T;
}

/** The input of a single value: nothing where it is computed. */
export function wiredValue(name: string, value: unknown): Record<string, unknown> {
  return value === undefined || typeof value === "function" ? {} : { [name]: value };
}

/**
 * How a value is shown before the task runs: results of other tasks and elements of a mapped group by name, computed values as what they are, and nothing of what stands under a
 * name that sounds like a secret.
 */
export function shown(value: unknown): JsonValue {
  if (typeof value === "function") return "(computed when the task runs)";
  if (isLinkable(value))
    return `(result of ${(value as Defined<unknown> & { readonly taskId?: string }).taskId ?? "a task"})`;
  const element = elementOf(value);
  if (element) return `(element of ${element.argument})`;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        typeof each === "string" && SENSITIVE_NAME.test(name) ? "***" : shown(each),
      ]),
    );
  }
  return value as JsonValue;
}
