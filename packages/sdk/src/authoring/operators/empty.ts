import type { Operator } from "./operator.ts";

/** A task with nothing to do: a place where edges meet. It takes no slot and no runner. */
export function emptyOperator(): Operator {
  return { name: "empty", handler: null, inputs: {}, optionNames: [], templateFields: {} };
}
