import type { OptionReader } from "../../serialize/option-reader.ts";
import type { AnyHandler } from "../definition.ts";

/** What a ready-made operator gives to the Dag that places it. */
export interface Operator {
  /** The name that lists show. */
  readonly name: string;
  /** null: nothing to execute. */
  readonly handler: AnyHandler | null;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of its options besides those of every task. */
  readonly optionNames: readonly string[];
  /** How it was configured, as shown beside the task. No secrets. */
  readonly templateFields: Readonly<Record<string, unknown>>;
  /** Ids of connections it takes, as far as they are written in the file: a run without one of them is refused. */
  readonly connections?: readonly string[];
  /** Notes what is wrong with its own options. */
  readonly check?: (reader: OptionReader) => void;
}
