import { compilePattern } from "@windlass/contract/params";
import type { RunIdPattern } from "../../domain/decide/run-id.ts";

const compiled = new Map<string, RunIdPattern>();

/** The configured pattern of run ids, compiled once: linear time whatever the id is. */
export function runIdPattern(text: string): RunIdPattern {
  let pattern = compiled.get(text);
  if (pattern === undefined) {
    const linear = compilePattern(text);
    pattern = { text, test: (runId) => linear.test(runId) };
    compiled.set(text, pattern);
  }
  return pattern;
}
