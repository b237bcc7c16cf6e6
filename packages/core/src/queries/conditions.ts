import type { DagScope, Instant } from "@windlass/contract";

/** Bounds of a moment or a number; absent ones do not bound. */
export interface Range<Value> {
  readonly gte?: Value | undefined;
  readonly gt?: Value | undefined;
  readonly lte?: Value | undefined;
  readonly lt?: Value | undefined;
}

/** How a list is cut: `limit` 0 gives no rows, only the total. */
export interface Paging {
  readonly limit: number;
  readonly offset: number;
}

/** Rows of one page, and how many there are on all pages. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** By what a list is ordered; the first counts most. */
export type Ordering<Sort extends string> = readonly { readonly by: Sort; readonly descending: boolean }[];

const OPERATORS = { gte: ">=", gt: ">", lte: "<=", lt: "<" } as const;

/** Collects conditions and their parameters. Absent values add nothing; an empty list of allowed values matches nothing. */
export class Conditions {
  readonly params: unknown[] = [];
  readonly #parts: string[] = [];

  /** Adds a parameter. @returns its place, `$1` */
  param(value: unknown): string {
    this.params.push(value);
    return `$${String(this.params.length)}`;
  }

  /** Adds a condition that needs no parameter. */
  raw(condition: string): this {
    this.#parts.push(condition);
    return this;
  }

  /** Adds a condition on a value, unless the value is absent. */
  add(value: unknown, condition: (param: string) => string): this {
    if (value !== undefined) this.#parts.push(condition(this.param(value)));
    return this;
  }

  /** Only rows of Dags in a scope. */
  scope(column: string, scope: DagScope): this {
    return scope.all ? this : this.add([...scope.dagIds], (param) => `${column} = any(${param}::text[])`);
  }

  equals(column: string, value: unknown): this {
    return this.add(value, (param) => `${column} = ${param}`);
  }

  anyOf(column: string, values: readonly unknown[] | undefined, type = "text"): this {
    return this.add(values, (param) => `${column} = any(${param}::${type}[])`);
  }

  /** One of some states, where `none` or null stands for no state at all. */
  stateIn(column: string, states: readonly (string | null)[] | undefined): this {
    if (states === undefined) return this;
    const named = states.filter((state) => state !== null && state !== "none" && state !== "no_status");
    const orNull = named.length < states.length ? ` or ${column} is null` : "";
    return this.add(named, (param) => `(${column} = any(${param}::text[])${orNull})`);
  }

  /** Contains a text, whatever the case; `%` and `_` stand for any text and any letter, as Airflow's `*_pattern` filters have it. */
  pattern(column: string, pattern: string | undefined): this {
    return this.add(
      pattern === undefined || pattern === "~" ? undefined : `%${pattern}%`,
      (param) => `${column} ilike ${param}`,
    );
  }

  /** Begins with a text. */
  prefix(column: string, prefix: string | undefined): this {
    return this.add(prefix, (param) => `starts_with(${column}, ${param})`);
  }

  range(column: string, range: Range<Instant | number> | undefined): this {
    for (const [name, operator] of Object.entries(OPERATORS)) {
      this.add(range?.[name as keyof typeof OPERATORS], (param) => `${column} ${operator} ${param}`);
    }
    return this;
  }

  /** `where …`, or nothing. */
  where(): string {
    return this.#parts.length === 0 ? "" : `where ${this.#parts.join(" and ")}`;
  }

  /** `order by … limit … offset …`. @param last breaks ties, so that pages do not overlap */
  page<Sort extends string>(
    columns: Readonly<Record<Sort, string>>,
    ordering: Ordering<Sort>,
    last: string,
    paging: Paging,
  ): string {
    const by = ordering.map((each) => `${columns[each.by]} ${each.descending ? "desc nulls last" : "asc nulls first"}`);
    return `order by ${[...by, last].join(", ")} limit ${this.param(paging.limit)} offset ${this.param(paging.offset)}`;
  }
}

/** The first of the rows; undefined where there is none. */
export function firstOf<Row>(rows: readonly Row[]): Row | undefined {
  return rows[0];
}
