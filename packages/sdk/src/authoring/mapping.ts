import type { Wired } from "./inputs.ts";
import type { TaskRef } from "./task-ref.ts";

const COMBINED: unique symbol = Symbol.for("windlass.combined");
const ELEMENT: unique symbol = Symbol.for("windlass.element");

/** Several lists as one to map over. Made by `zip` and `concat`. @typeParam E one element */
export interface Combined<E> {
  readonly [COMBINED]: { readonly kind: "zip" | "concat"; readonly sources: readonly unknown[] };
  /** Only for the compiler. */
  readonly element?: E;
}

/** What a mapped task group gives to its tasks: one element, different for each map index. @typeParam T the element */
export interface MappedElement<T> {
  readonly [ELEMENT]: { readonly groupId: string; readonly argument: string };
  /** Only for the compiler. */
  readonly element?: T;
}

/** Something to map over: a list, a task's result that is one, a combination; or an object, whose elements are `[name, value]`. */
export type ListSource<E> =
  | readonly E[]
  | TaskRef<E[]>
  | TaskRef<readonly E[]>
  | Combined<E>
  | (E extends readonly [string, infer V] ? Readonly<Record<string, V>> | TaskRef<Record<string, V>> : never);

/** Arguments by name, each with what it is mapped over. */
export type ExpandInputs<I> = { readonly [K in keyof I]: ListSource<I[K]> };

/** How a task is placed once for each element, instead of once. */
export interface Mappable<I, T> {
  /** One instance for each combination of the arguments' elements. The result, for others, is the list of the instances' results. */
  expand(inputs: ExpandInputs<I>): TaskRef<T[]>;
  /** One instance for each object of a list, whose entries are arguments. */
  expandKwargs(source: ListSource<I>): TaskRef<T[]>;
  /** Gives some arguments the same value in all instances. */
  partial<K extends keyof I>(inputs: { readonly [P in K]: Wired<I[P]> }): Pick<
    Mappable<Omit<I, K>, T>,
    "expand" | "expandKwargs"
  >;
}

type ElementOf<S> = S extends readonly (infer E)[]
  ? E
  : S extends TaskRef<readonly (infer E)[]>
    ? E
    : S extends Combined<infer E>
      ? E
      : unknown;

/** The elements that a mapped task group gives to its tasks, by argument. */
export type GroupElements<A> = { readonly [K in keyof A]: MappedElement<ElementOf<A[K]>> };

/**
 * Lists side by side: elements are `[a, b, …]`, as many as the shortest list has.
 * @example copy.expand({ pair: zip(sources, targets) })
 */
export function zip<E extends readonly unknown[]>(
  ...sources: { readonly [K in keyof E]: ListSource<E[K]> }
): Combined<E> {
  return { [COMBINED]: { kind: "zip", sources } };
}

/** Lists one behind the other. */
export function concat<E>(...sources: readonly ListSource<E>[]): Combined<E> {
  return { [COMBINED]: { kind: "concat", sources } };
}

/** An element of a mapped group. @internal */
export function mappedElement<T>(groupId: string, argument: string): MappedElement<T> {
  return { [ELEMENT]: { groupId, argument } };
}

/** What a value combines; undefined where it is nothing of the kind. @internal */
export function combinationOf(value: unknown): Combined<unknown>[typeof COMBINED] | undefined {
  return typeof value === "object" && value !== null && COMBINED in value
    ? (value as Combined<unknown>)[COMBINED]
    : undefined;
}

/** Which element of which group a value stands for. @internal */
export function elementOf(value: unknown): MappedElement<unknown>[typeof ELEMENT] | undefined {
  return typeof value === "object" && value !== null && ELEMENT in value
    ? (value as MappedElement<unknown>)[ELEMENT]
    : undefined;
}
