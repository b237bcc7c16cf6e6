import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
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
 * linked, so that a crash leaves no half-written key, and of several processes that start at once all take the first one's.
 */
export function installationKeys(dataFolder: string): InstallationKeys {
  const file = join(dataFolder, FILE);
  if (!existsSync(file)) makeKeys(file);
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  invariant(
    isJsonObject(parsed) && typeof parsed.secret === "string",
    `${file} does not hold the installation's secret`,
  );
  chmodSync(file, 0o600);
  return { secret: parsed.secret };
}

function makeKeys(file: string): void {
  const made: InstallationKeys = { secret: randomBytes(32).toString("base64") };
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    unlinkSync(draft);
  }
}
