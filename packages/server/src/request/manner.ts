/** How strictly values are read. */
export interface Manner {
  /** `coerce`: as pydantic reads JSON (`"yes"` is true, `"5"` is 5). `text`: values of a query or path. `exact`: as JSON Schema has it. */
  readonly values: "coerce" | "text" | "exact";
  /** What an unknown name is: an issue, or nothing. */
  readonly unknown: "refused" | "ignored";
  /** Old names are unknown names. */
  readonly strict: boolean;
}
