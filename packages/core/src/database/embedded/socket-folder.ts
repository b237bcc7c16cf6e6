import { createHash } from "node:crypto";
import { chown, lstat, mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canEnterParents } from "./reach.ts";
import type { ServerAccount } from "./server-account.ts";

// sun_path holds 104 bytes on macOS and 108 on Linux, and PostgreSQL makes `.s.PGSQL.5432.lock` beside the socket.
const LONGEST = 80;
// The setting is a list with commas and quotes of its own.
const PLAIN = /^[\w./+@ -]*$/;

/** A private folder for the socket: in the data folder where the path is short enough and the server can go there, else in the system's temporary one. */
export async function socketFolder(dataFolder: string, account: ServerAccount | undefined): Promise<string> {
  const uid = account?.uid ?? process.geteuid?.() ?? 0;
  const key = createHash("sha256").update(dataFolder).digest("hex").slice(0, 12);
  const inside = join(dataFolder, "socket");
  const outside = join(tmpdir(), `windlass-${String(uid)}-${key}`);
  const chosen =
    Buffer.byteLength(inside) <= LONGEST && PLAIN.test(inside) && (await canEnterParents(inside, account))
      ? inside
      : outside;
  if (await privateFolder(chosen, uid, account)) return chosen;
  // Somebody else has made a folder of that name.
  const own = await mkdtemp(join(tmpdir(), "windlass-"));
  if (account) await chown(own, account.uid, account.gid);
  return own;
}

async function privateFolder(path: string, uid: number, account: ServerAccount | undefined): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    if (account) await chown(path, account.uid, account.gid);
    return true;
  } catch {
    const found = await lstat(path).catch(() => undefined);
    return found !== undefined && found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0;
  }
}
