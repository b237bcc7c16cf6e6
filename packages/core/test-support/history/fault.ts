/** What a reading of the history found, like a row of a view of the invariants. */
export interface Fault {
  /** `h` and the invariant's number, and what is wrong. */
  readonly invariant: string;
  readonly row: unknown;
}
