import type { AttemptError } from "@windlass/contract";

/** What an attempt is told that held more memory than it may. @param bytes what the task allows */
export function outOfMemory(bytes: number): AttemptError {
  const megabytes = String(Math.round(bytes / 1_048_576));
  return {
    kind: "out-of-memory",
    name: "OutOfMemory",
    message: `The attempt's process and what it started held more than the task's ${megabytes} MB (resources.memory).`,
    stack: null,
  };
}

/** @param seconds the task's execution timeout */
export function timeoutError(seconds: number | null): AttemptError {
  return {
    kind: "timeout",
    name: "ExecutionTimeout",
    message: `The attempt ran longer than the task's execution timeout of ${String(seconds)} s.`,
    stack: null,
  };
}

/** Its log says at least why there is nothing in it. */
export function neverBegun(reason: string): AttemptError {
  const message = `The attempt was ended before a process could begin it: ${reason}.`;
  return { kind: "cancelled", name: "Cancelled", message, stack: null };
}
