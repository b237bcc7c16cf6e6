import { format } from "node:util";
import { contextStorage } from "../authoring/context.ts";

const LEVELS = { log: "info", info: "info", debug: "debug", warn: "warning", error: "error" } as const;

/** A line that a handler printed. */
export type TakePrinted = (taskId: string, level: "debug" | "info" | "warning" | "error", message: string) => void;

/**
 * Takes what handlers print while `run` goes on. Only what is printed inside a handler is taken; the test's own output goes its way.
 */
export async function withConsole<T>(take: TakePrinted, run: () => Promise<T>): Promise<T> {
  const originals = { ...console };
  for (const [name, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, (typeof LEVELS)[keyof typeof LEVELS]][]) {
    console[name] = (...args: unknown[]): void => {
      const context = contextStorage().getStore();
      if (context === undefined) originals[name](...args);
      else take(context.taskId, level, format(...args));
    };
  }
  try {
    return await run();
  } finally {
    for (const name of Object.keys(LEVELS) as (keyof typeof LEVELS)[]) console[name] = originals[name];
  }
}
