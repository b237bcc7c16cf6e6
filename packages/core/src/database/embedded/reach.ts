import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { ServerAccount } from "./server-account.ts";

const READ = 4;
const ENTER = 1;

/** Whether an account may read (and enter) a file or folder, by the permission bits of it and of every folder above; it must exist. */
export async function canReach(path: string, account: ServerAccount | undefined): Promise<boolean> {
  if (!account) return true;
  const target = await stat(path);
  if (!allows(target, account, target.isDirectory() ? READ | ENTER : READ)) return false;
  return canEnterParents(path, account);
}

/** Whether an account may go through every folder above a path, which itself need not exist yet. */
export async function canEnterParents(path: string, account: ServerAccount | undefined): Promise<boolean> {
  if (!account) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!allows(await stat(folder), account, ENTER)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function allows(
  entry: { readonly mode: number; readonly uid: number; readonly gid: number },
  account: ServerAccount,
  wanted: number,
): boolean {
  const shift = entry.uid === account.uid ? 6 : entry.gid === account.gid ? 3 : 0;
  return ((entry.mode >> shift) & wanted) === wanted;
}
