import type { Logger } from "@windlass/server";
import { pino } from "pino";

/** JSON lines on standard error, so that standard output stays for what `up` tells a person. */
export function logger(level: string, write: (line: string) => void): Logger {
  const log = pino(
    { level: level.toLowerCase() === "warning" ? "warn" : level.toLowerCase(), base: null },
    {
      write: (line: string) => {
        write(line.trimEnd());
      },
    },
  );
  return {
    info: (event, fields) => {
      log.info(fields ?? {}, event);
    },
    warning: (event, fields) => {
      log.warn(fields ?? {}, event);
    },
    error: (event, fields) => {
      log.error(fields ?? {}, event);
    },
  };
}
