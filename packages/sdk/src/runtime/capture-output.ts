import type { LogLine } from "@windlass/contract";
import { StringDecoder } from "node:string_decoder";

type Level = LogLine["level"];

/** Takes one line that user code printed. */
export type TakeLine = (source: "stdout" | "stderr", level: Level, line: string) => void;

/** A line without end is handed on in pieces of this many characters, so that it cannot fill the memory. */
const LONGEST_PIECE = 32_768;

const CONSOLE_LEVELS = { debug: "debug", trace: "debug", warn: "warning", error: "error", assert: "error" } as const;

/**
 * Takes over what the process prints. `console` still formats (groups, tables, `%s`); what it would print is cut into lines.
 * @returns hands on the rest of an unfinished line; called at the end of an attempt
 */
export function captureOutput(take: TakeLine): () => void {
  let consoleLevel: Level | null = null;
  const rests: (() => void)[] = [];

  function capture(source: "stdout" | "stderr", level: Level): void {
    let rest = "";
    let decoder = new StringDecoder("utf8");
    const give = (line: string): void =>
      take(source, consoleLevel ?? level, line.endsWith("\r") ? line.slice(0, -1) : line);
    const write = (chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
      rest += typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk));
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) give(line);
      while (rest.length > LONGEST_PIECE) {
        give(rest.slice(0, LONGEST_PIECE));
        rest = rest.slice(LONGEST_PIECE);
      }
      const done = typeof encoding === "function" ? encoding : callback;
      if (typeof done === "function") process.nextTick(done);
      return true;
    };
    process[source].write = write;
    rests.push(() => {
      rest += decoder.end();
      decoder = new StringDecoder("utf8");
      if (rest !== "") give(rest);
      rest = "";
    });
  }

  capture("stdout", "info");
  capture("stderr", "error");
  for (const [name, level] of Object.entries(CONSOLE_LEVELS) as [keyof typeof CONSOLE_LEVELS, Level][]) {
    const original = console[name].bind(console) as (...args: unknown[]) => void;
    console[name] = (...args: unknown[]): void => {
      consoleLevel = level;
      try {
        original(...args);
      } finally {
        consoleLevel = null;
      }
    };
  }
  return () => rests.forEach((finish) => finish());
}
