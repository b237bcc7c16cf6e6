import type { AttemptError } from "@windlass/contract";

/** How a child process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last of what it wrote to stderr. */
  readonly stderr: string;
}

const HEAP_EXHAUSTED = /JavaScript heap out of memory|Allocation failed/;
const SIGNAL_CODES: ReadonlyMap<number, string> = new Map([
  [134, "SIGABRT"],
  [137, "SIGKILL"],
  [139, "SIGSEGV"],
  [143, "SIGTERM"],
]);

/** Says why the process of an attempt ended before the attempt did. */
export function exitReason({ code, signal, stderr }: ProcessExit): AttemptError {
  const ended = signal ?? SIGNAL_CODES.get(code ?? 0);
  if (HEAP_EXHAUSTED.test(stderr)) {
    return reason("out-of-memory", "OutOfMemory", "The attempt's process ran out of memory (JavaScript heap).", stderr);
  }
  if (ended === "SIGKILL") {
    const message = "The attempt's process was killed by SIGKILL; the system does so where memory runs out.";
    // 137 is how a container or a shell reports it; a bare signal may have come from anybody.
    return code === 137
      ? reason("out-of-memory", "OutOfMemory", message, stderr)
      : reason("signal", "Killed", message, stderr);
  }
  if (ended !== undefined) return reason("signal", "Killed", `The attempt's process was ended by ${ended}.`, stderr);
  return reason(
    "exit",
    "ProcessExit",
    `The attempt's process ended with exit code ${String(code)} before the attempt did.`,
    stderr,
  );
}

function reason(kind: AttemptError["kind"], name: string, message: string, stderr: string): AttemptError {
  return { kind, name, message, stack: stderr === "" ? null : stderr };
}
