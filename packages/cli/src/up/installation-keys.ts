import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { invariant, isJsonObject } from "@windlass/contract";

/** The secret of one installation: made at its first start, never in the database, never given to a child. */
export interface InstallationKeys {
  /** What tokens are signed and values encrypted with is derived from it (32 random bytes, base64). */
  readonly secret: string;
}

const FILE = "keys.json";

/**
 * Reads the secret of a data folder, or makes it at its first start, readable by its owner alone. The file is written under another name and
 * renamed, so that a crash leaves no half-written key.
 */
export function installationKeys(dataFolder: string): InstallationKeys {
  const file = join(dataFolder, FILE);
  if (existsSync(file)) {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    invariant(
      isJsonObject(parsed) && typeof parsed.secret === "string",
      `${file} does not hold the installation's secret`,
    );
    chmodSync(file, 0o600);
    return { secret: parsed.secret };
  }
  const made: InstallationKeys = { secret: randomBytes(32).toString("base64") };
  writeFileSync(`${file}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return made;
}
