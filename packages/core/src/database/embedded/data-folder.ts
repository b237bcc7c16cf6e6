import { access, chmod, constants, lstat, mkdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { refuse } from "@windlass/contract";
import type { ServerAccount } from "./server-account.ts";

/** What stands where in the folder that `windlass up` is given for its database. */
export interface DataFolder {
  readonly path: string;
  /** PostgreSQL's own files; a link, where the account of the server cannot reach this folder. */
  readonly cluster: string;
  readonly passwordFile: string;
  readonly log: string;
}

/** Makes the folder where it is missing. @throws RefusalError database.folder_unwritable */
export async function openDataFolder(path: string): Promise<DataFolder> {
  try {
    await mkdir(path, { recursive: true, mode: 0o711 });
    await access(path, constants.W_OK | constants.X_OK);
    const real = await realpath(path);
    return {
      path: real,
      cluster: join(real, "cluster"),
      passwordFile: join(real, "password"),
      log: join(real, "server.log"),
    };
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The refusal for a folder that the operating system would not let be written; anything else comes back as it is. */
export function unwritable(folder: string, error: unknown): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === undefined || !["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EEXIST"].includes(code))
    return error;
  return refuse("database.folder_unwritable", { folder, problem: (error as Error).message });
}

/** The account that owns an existing cluster; undefined where there is none yet. */
export async function ownerOfCluster(folder: DataFolder): Promise<ServerAccount | undefined> {
  const found = await stat(folder.cluster).catch(() => undefined);
  return found && { uid: found.uid, gid: found.gid };
}

/** The major version that made the cluster; undefined where there is none yet. */
export async function versionOfCluster(folder: DataFolder): Promise<string | undefined> {
  const text = await readFile(join(folder.cluster, "PG_VERSION"), "utf8").catch(() => undefined);
  return text?.trim();
}

/** The superuser's password. It must outlive everything but the cluster itself. @throws RefusalError database.password_missing */
export async function readPassword(folder: DataFolder): Promise<string> {
  const text = await readFile(folder.passwordFile, "utf8").catch(() => "");
  if (text.trim() === "") throw refuse("database.password_missing", { folder: folder.path, file: folder.passwordFile });
  const { mode } = await lstat(folder.passwordFile);
  if ((mode & 0o077) !== 0) await chmod(folder.passwordFile, 0o600);
  return text.trim();
}

export async function writePassword(folder: DataFolder, password: string): Promise<void> {
  await writeFile(folder.passwordFile, `${password}\n`, { mode: 0o600, flush: true });
  await chmod(folder.passwordFile, 0o600);
}
