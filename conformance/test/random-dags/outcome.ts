import type { JsonValue } from "@windlass/contract";

/** What came of a run, in the form that both ways of running it can give. */
export interface Outcome {
  readonly state: string;
  /** `task[map index]` to state, try number and result. */
  readonly instances: Readonly<
    Record<string, readonly [state: string | null, tryNumber: number, result: JsonValue | undefined]>
  >;
  /** XComs under keys of their own, by task; of a mapped task in the order of its map indexes. */
  readonly notes: Readonly<Record<string, readonly JsonValue[]>>;
}
