import type { SerializedDag } from "../serialized-dag/dag.ts";
import type { TimetableAnswer } from "./timetable.ts";

/** Why a Dag file, or one Dag in it, does not load. */
export interface LoadError {
  /** From the refusal catalogue's `dag_file` family, such as `dag_file.throws`. */
  readonly code: string;
  /** One sentence. */
  readonly reason: string;
  readonly fix: string;
  /** Relative to the Dags folder. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** Stack or compiler output, with paths relative to the Dags folder. */
  readonly trace: string;
}

/** What the parser child prints for one file. A file with an error may still give its other Dags. */
export interface ParseResult {
  readonly file: string;
  /** SHA-256 of the bundle in hex; null where it could not be built. */
  readonly hash: string | null;
  /** The bundle's code (ESM, `windlass` external), null as above. */
  readonly bundle: string | null;
  /** The source as written, for the code view. */
  readonly source: string;
  readonly dags: readonly SerializedDag[];
  readonly errors: readonly LoadError[];
  readonly seconds: number;
}

/** To the parser: one file at a time. */
export interface ParseRequest {
  readonly id: number;
  readonly dagsFolder: string;
  /** Relative to `dagsFolder`. */
  readonly file: string;
}

/** From the parser. */
export type FromParser =
  | { readonly type: "ready" }
  | { readonly type: "parsed"; readonly id: number; readonly result: ParseResult }
  | { readonly type: "timetable"; readonly id: number; readonly answer: TimetableAnswer };
