import type { JsonValue } from "@windlass/contract";
import { isLinkable, type Defined, definitionOf, type TaskDefinition } from "./definition.ts";
import type { TaskRef } from "./task-ref.ts";

/** How a lazy sequence gets at its values. @internal */
export interface SequencePort {
  count(): Promise<number>;
  slice(offset: number, limit: number): Promise<readonly JsonValue[]>;
}

const PAGE = 100;

/**
 * What the instances of a mapped task left, in the order of their map indexes; those that left nothing are left out. Nothing is read before it is asked for,
 * and nothing is kept: a task can go through the results of ten thousand instances without having them all in memory.
 * @typeParam T one instance's result
 */
export class LazySequence<T = JsonValue> implements AsyncIterable<T> {
  readonly #port: SequencePort;

  /** @internal */
  constructor(port: SequencePort) {
    this.#port = port;
  }

  /** How many there are now. */
  length(): Promise<number> {
    return this.#port.count();
  }

  /** One of them, from the end where the index is negative; undefined where there is none. */
  async at(index: number): Promise<T | undefined> {
    const offset = index < 0 ? (await this.length()) + index : index;
    if (offset < 0) return undefined;
    return (await this.#port.slice(offset, 1))[0] as T | undefined;
  }

  /** Those from `start` up to, not including, `end`; as `Array.prototype.slice` counts. */
  async slice(start = 0, end = Infinity): Promise<T[]> {
    const length = start < 0 || end < 0 ? await this.length() : 0;
    const from = Math.max(0, start < 0 ? length + start : start);
    const to = end < 0 ? length + end : end;
    const found: JsonValue[] = [];
    while (from + found.length < to) {
      const wanted = Math.min(PAGE, to - from - found.length);
      const page = await this.#port.slice(from + found.length, wanted);
      found.push(...page);
      if (page.length < wanted) break;
    }
    return found as T[];
  }

  /** All of them, a hundred at a time. */
  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (let offset = 0; ; offset += PAGE) {
      const page = await this.#port.slice(offset, PAGE);
      yield* page as readonly T[];
      if (page.length < PAGE) return;
    }
  }
}

const LAZY: unique symbol = Symbol.for("windlass.lazy");

/** The results of a mapped task, to be read as far as they are used. Made by `lazy`. @typeParam T one instance's result */
export interface Lazy<T> {
  readonly [LAZY]: unknown;
  /** Only for the compiler. */
  readonly element?: T;
}

/**
 * Gives a task the results of a mapped one without loading them.
 * @example const sum = dag.task("sum", async ({ sizes }: { sizes: LazySequence<number> }) => { … });
 * sum({ sizes: lazy(measure.expand({ file: files })) });
 */
export function lazy<T>(results: TaskRef<T[]> | TaskRef<readonly T[]>): Lazy<T> {
  return { [LAZY]: results };
}

/** The task whose results a value stands for; undefined where it is nothing of the kind. @internal */
export function lazySource(value: unknown): TaskDefinition | undefined {
  if (typeof value !== "object" || value === null || !(LAZY in value) || !isLinkable(value[LAZY])) return undefined;
  const source = definitionOf(value[LAZY] as Defined<TaskDefinition>);
  return source.kind === "task" ? source : undefined;
}
