import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isJsonObject } from "@windlass/contract";

/** Where a server is and with which key to talk to it. */
export interface StoredContext {
  readonly url: string;
  /** The file that holds the API key, readable by its owner alone. */
  readonly keyFile: string;
}

const FILE = join(".windlass", "context.json");

/** Looks for `.windlass/context.json` in a folder and those above it. @returns null where there is none or it cannot be read */
export function findStoredContext(folder: string): StoredContext | null {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const parsed: unknown = JSON.parse(readFileSync(join(at, FILE), "utf8"));
      if (isJsonObject(parsed) && typeof parsed.url === "string" && typeof parsed.keyFile === "string") {
        return { url: parsed.url, keyFile: join(at, ".windlass", parsed.keyFile) };
      }
    } catch {
      // Not in this folder: the one above may have it.
    }
    if (dirname(at) === at) return null;
  }
}

/** Writes context and key beside the data of `windlass up`; the key with mode 0600. */
export function writeStoredContext(dataFolder: string, url: string, key: string): void {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  writeFileSync(join(dataFolder, "cli.key"), `${key}\n`, { mode: 0o600 });
  writeFileSync(join(dataFolder, "context.json"), `${JSON.stringify({ url, keyFile: "cli.key" }, null, 2)}\n`, {
    mode: 0o600,
  });
}
