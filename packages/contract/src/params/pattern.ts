import { RE2JS } from "re2js";

/** A compiled pattern as Ajv asks for it. */
interface LinearPattern {
  test(text: string): boolean;
  /** Ajv keys compiled patterns by this text; without it all patterns of a schema would share one. */
  toString(): string;
}

/**
 * Compiles a pattern of a params schema with RE2, which runs in linear time whatever the pattern and the text are: JavaScript's own engine
 * was seen to hang for seconds on `^(a+)+$` and 28 characters.
 * @throws RE2JSSyntaxException for what RE2 leaves out: look-ahead, look-behind, back-references
 */
export function compilePattern(pattern: string): LinearPattern {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  return { test: (text) => compiled.test(text), toString: () => pattern };
}

/** Why a pattern cannot be used, as a half sentence; null where it can. */
export function patternProblem(pattern: string): string | null {
  try {
    compilePattern(pattern);
    return null;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}
