import type { Mappable, MappedElement } from "./mapping.ts";
import type { Lazy, LazySequence } from "./lazy-sequence.ts";
import type { TaskRef } from "./task-ref.ts";

type WiredLiteral<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? readonly Wired<E>[]
    : T extends object
      ? { readonly [K in keyof T]: Wired<T[K]> }
      : T;

/** A value for an argument: the value itself, another task's result, or an object or list with results inside. */
export type Wired<T> = TaskRef<T> | MappedElement<T> | (T extends LazySequence<infer E> ? Lazy<E> : WiredLiteral<T>);

/** A handler's inputs by name, each as a value or as another task's result. */
export type WiredInputs<I> = { readonly [K in keyof I]: Wired<I[K]> };

declare const NONE: unique symbol;

/** Stands for the inputs of a handler that takes none. */
export interface NoInputs {
  readonly [NONE]?: never;
}

/** The arguments of a task factory: none where the handler takes none, optional where it needs none. */
export type FactoryArguments<I> = typeof NONE extends keyof I
  ? []
  : Record<never, never> extends I
    ? [inputs?: WiredInputs<I>]
    : [inputs: WiredInputs<I>];

/**
 * What `dag.task` gives: calling it places the task in the Dag, once, and names where its inputs come from.
 * @typeParam I the handler's inputs
 * @typeParam T its result
 */
export type TaskFactory<I, T> = ((...args: FactoryArguments<I>) => TaskRef<T>) & Mappable<I, T>;
