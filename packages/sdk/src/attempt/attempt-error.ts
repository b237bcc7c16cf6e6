import { inspect } from "node:util";
import type { AttemptError } from "@windlass/contract";

function stackWithCauses(error: Error): string {
  const texts: string[] = [];
  let each: unknown = error;
  for (let depth = 0; each instanceof Error && depth < 5; depth += 1) {
    texts.push((depth === 0 ? "" : "Caused by: ") + (each.stack ?? String(each)));
    each = each.cause;
  }
  return texts.join("\n");
}

/**
 * A thrown value as it is reported.
 * @param clean puts a stack into the author's terms
 */
export function attemptError(
  kind: AttemptError["kind"],
  thrown: unknown,
  clean: (stack: string) => string = (stack) => stack,
): AttemptError {
  if (!(thrown instanceof Error)) return { kind, name: "Thrown", message: inspect(thrown, { depth: 3 }), stack: null };
  return { kind, name: thrown.name, message: thrown.message, stack: clean(stackWithCauses(thrown)) };
}
