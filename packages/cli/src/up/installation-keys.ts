import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { invariant, isJsonObject } from "@windlass/contract";

/** The keys of one installation: made at its first start, never in the database, never given to a child. */
export interface InstallationKeys {
  /** Encrypts connections and variables (32 bytes, base64). */
  readonly encryption: string;
  /** Signs bearer tokens (32 bytes, base64). */
  readonly tokens: string;
}

const FILE = "keys.json";

/**
 * Reads the keys of a data folder, or makes them at its first start. The file is 0600, the folder 0700. It is written under another name
 * and renamed, so that a crash leaves no half-written key.
 */
export function installationKeys(dataFolder: string): InstallationKeys {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const file = join(dataFolder, FILE);
  if (existsSync(file)) {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    invariant(
      isJsonObject(parsed) && typeof parsed.encryption === "string" && typeof parsed.tokens === "string",
      `${file} does not hold the installation's keys`,
    );
    chmodSync(file, 0o600);
    return { encryption: parsed.encryption, tokens: parsed.tokens };
  }
  const made: InstallationKeys = {
    encryption: randomBytes(32).toString("base64"),
    tokens: randomBytes(32).toString("base64"),
  };
  writeFileSync(`${file}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return made;
}
