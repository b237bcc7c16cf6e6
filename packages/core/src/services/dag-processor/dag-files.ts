import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** A file of the Dags folder with what tells that it changed. */
export interface DagFile {
  /** Relative to the Dags folder, with `/`. */
  readonly file: string;
  readonly stamp: string;
}

const DAG_FILE = /\.(?:ts|mts|js|mjs)$/;
const NOT_A_DAG_FILE = /(?:\.d\.m?ts|\.(?:test|spec)\.m?[jt]s|\.config\.m?[jt]s)$/;
const NO_FOLDER = new Set(["node_modules", "dist", "coverage"]);

/** Whether a path below the Dags folder is one to be loaded: no declarations, tests or settings, nothing hidden, no installed packages. */
export function isDagFile(file: string): boolean {
  const parts = file.split("/");
  const name = parts.pop() ?? "";
  return (
    DAG_FILE.test(name) &&
    !NOT_A_DAG_FILE.test(name) &&
    !name.startsWith(".") &&
    !parts.some((each) => NO_FOLDER.has(each) || each.startsWith("."))
  );
}

/** Every Dag file below a folder; none where the folder is not there. */
export async function listDagFiles(dagsFolder: string): Promise<readonly DagFile[]> {
  const entries = await readdir(dagsFolder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dagsFolder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter(isDagFile)
    .sort();
  const stamped = await Promise.all(
    files.map(async (file) => {
      const found = await stat(join(dagsFolder, file), { bigint: true }).catch(() => undefined);
      // Gone again between listing and looking.
      return found?.isFile()
        ? { file, stamp: `${String(found.mtimeNs)} ${String(found.size)} ${String(found.ino)}` }
        : undefined;
    }),
  );
  return stamped.filter((each) => each !== undefined);
}
