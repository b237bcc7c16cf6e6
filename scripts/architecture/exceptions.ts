import { readFileSync } from "node:fs";
import { join } from "node:path";

/** For each rule that knows exceptions: a path (a folder ends in a slash) and the reason. */
interface Exceptions {
  readonly size: Readonly<Record<string, string>>;
  readonly sql: Readonly<Record<string, string>>;
  readonly words: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string>>;
}

/** The one list of exceptions to the architecture's rules. */
export function readExceptions(): Exceptions {
  return JSON.parse(readFileSync(join(import.meta.dirname, "exceptions.json"), "utf8")) as Exceptions;
}

/** Whether a path stands in the list itself or below a folder that does. */
export function isExcepted(path: string, list: Readonly<Record<string, string>>): boolean {
  return Object.keys(list).some((entry) => (entry.endsWith("/") ? path.startsWith(entry) : path === entry));
}
