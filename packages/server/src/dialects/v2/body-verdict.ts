import type { JsonValue, Verdict } from "@windlass/contract";
import { v2Manners } from "./manners.ts";

/** That a body as a whole is wrong, in pydantic's form for what a model's own validator says. @param message without pydantic's "Value error, " */
export function bodyVerdict(message: string, expected: string, input: JsonValue | undefined): Verdict {
  const issue = { kind: "value_error", place: ["body"], message: `Value error, ${message}`, expected } as const;
  return v2Manners.issue({ ...issue, input: input ?? null, ctx: { error: {} } });
}
