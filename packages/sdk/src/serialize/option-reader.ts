import { nearest } from "@windlass/contract";
import type { CallSite } from "../authoring/call-site.ts";
import { durationSeconds } from "../authoring/duration.ts";
import { nameValue, type Problems } from "./problems.ts";

/** Reads the options of one Dag, task or group; whatever is wrong becomes a problem and the default stands in, so that reading goes on. */
export class OptionReader {
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #where: string;
  readonly #site: CallSite;
  readonly #problems: Problems;

  /**
   * @param where how sentences name the owner: `the task "load"`
   */
  constructor(options: object, where: string, site: CallSite, problems: Problems) {
    this.#options = options as Readonly<Record<string, unknown>>;
    this.#where = where;
    this.#site = site;
    this.#problems = problems;
  }

  /** Notes every option that is not known, with the nearest name that is. */
  refuseUnknown(known: readonly string[]): void {
    for (const option of Object.keys(this.#options)) {
      if (known.includes(option)) continue;
      const near = nearest(option, known);
      const data = {
        where: this.#where,
        option,
        nearest: near === undefined ? "" : ` Did you mean ${near}?`,
        known: known.join(", "),
      };
      this.#problems.add("dag_file.unknown_option", data, this.#site);
    }
  }

  /** Notes that an option has a value it cannot have. */
  refuse(option: string, expected: string): void {
    const data = { where: this.#where, option, actual: nameValue(this.#options[option]), expected };
    this.#problems.add("dag_file.bad_option", data, this.#site);
  }

  #read<T>(option: string, fallback: T, expected: string, accept: (value: unknown) => boolean): T {
    const value = this.#options[option];
    if (value === undefined) return fallback;
    if (accept(value)) return value as T;
    this.refuse(option, expected);
    return fallback;
  }

  /** A text, or null where the option is left out. */
  text(option: string): string | null {
    return this.#read<string | null>(option, null, "a text", (value) => value === null || typeof value === "string");
  }

  /** A text that must not be empty, such as a pool's name. */
  name(option: string, fallback: string): string {
    return this.#read(
      option,
      fallback,
      "a text that is not empty",
      (value) => typeof value === "string" && value !== "",
    );
  }

  /** As `name`, where there is no default. */
  required(option: string): void {
    const value = this.#options[option];
    if (typeof value !== "string" || value === "") this.refuse(option, "a text that is not empty");
  }

  /** Whether the option is given. */
  has(option: string): boolean {
    return this.#options[option] !== undefined;
  }

  /** As `required`, or computed when the task runs. */
  requiredOrComputed(option: string): void {
    if (typeof this.#options[option] !== "function") this.required(option);
  }

  /** A function, where it is given. */
  functionIfGiven(option: string): void {
    this.#read<unknown>(option, null, "a function", (value) => typeof value === "function");
  }

  /** A list whose elements all fit. */
  list(option: string, expected: string, accept: (value: unknown) => boolean = () => true): void {
    this.#read<unknown>(option, null, expected, (value) => Array.isArray(value) && value.every(accept));
  }

  /** A list of whole numbers. */
  numbers(option: string): void {
    this.list(option, "a list of whole numbers", Number.isSafeInteger);
  }

  /** A list of texts. */
  names(option: string): readonly string[] {
    const accept = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === "string");
    return this.#read<readonly string[]>(option, [], 'a list of texts, such as ["a", "b"]', accept);
  }

  /** true or false. */
  flag<F extends boolean | null>(option: string, fallback: F): boolean | F {
    return this.#read<boolean | F>(option, fallback, "true or false", (value) => typeof value === "boolean");
  }

  /** A whole number of at least `least`. */
  count<F extends number | null>(option: string, fallback: F, least: number): number | F {
    const accept = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= least;
    return this.#read<number | F>(option, fallback, `a whole number of at least ${least}`, accept);
  }

  /** A whole number, also a negative one. */
  integer(option: string, fallback: number): number {
    return this.#read(option, fallback, "a whole number", (value) => Number.isSafeInteger(value));
  }

  /** One of several words. */
  choice<T extends string>(option: string, fallback: T, choices: readonly T[]): T {
    const expected = `one of ${choices.map((each) => `"${each}"`).join(", ")}`;
    return this.#read(option, fallback, expected, (value) => choices.includes(value as T));
  }

  /** An object of texts, or lists of texts, by name. */
  record<T>(option: string, expected: string, accept: (value: unknown) => boolean): Readonly<Record<string, T>> | null {
    const isRecord = (value: unknown): boolean =>
      typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(accept);
    return this.#read<Readonly<Record<string, T>> | null>(option, null, expected, isRecord);
  }

  /** A duration in seconds. */
  duration<F extends number | null>(option: string, fallback: F): number | F {
    const value = this.#options[option];
    if (value === undefined) return fallback;
    const seconds = durationSeconds(value);
    if (seconds !== undefined) return seconds;
    const hint = typeof value === "number" ? ` Did you mean "${value}s"?` : "";
    const data = { where: this.#where, option, actual: nameValue(value), hint };
    this.#problems.add("dag_file.bad_duration", data, this.#site);
    return fallback;
  }
}
