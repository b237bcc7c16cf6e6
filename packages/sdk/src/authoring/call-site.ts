/** Where in the author's file something was written. The stack is only rendered (and source-mapped) when somebody asks. */
export interface CallSite {
  readonly stack?: string;
}

/** A position in a file as the stack names it. */
export interface SitePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

// "at name (file:line:column)", "at file:line:column", "at async name (file:line:column)"
const FRAME = /\(?(?:file:\/\/)?([^()\s][^()]*?):(\d+):(\d+)\)?$/;

/**
 * Remembers where a public method was called.
 * @param method the method itself: its frame and those above it are left out, so that the first one is the author's
 */
export function captureSite(method: (...args: never[]) => unknown): CallSite {
  const site: CallSite = {};
  const limit = Error.stackTraceLimit;
  // The first frame is what counts; deep stacks would make a Dag of many thousand tasks slow to declare.
  Error.stackTraceLimit = 4;
  Error.captureStackTrace(site, method);
  Error.stackTraceLimit = limit;
  return site;
}

/** The first position of a stack that is a file's; undefined where there is none. */
export function firstPosition(stack: string | undefined): SitePosition | undefined {
  for (const text of (stack ?? "").split("\n")) {
    const trimmed = text.trim();
    if (!trimmed.startsWith("at ")) continue;
    const [, file, line, column] = FRAME.exec(trimmed.slice(3).replace(/^async /, "")) ?? [];
    if (file === undefined || file.startsWith("node:")) continue;
    return { file: file.replace(/^.* \(/, "").replace(/^file:\/\//, ""), line: Number(line), column: Number(column) };
  }
  return undefined;
}
