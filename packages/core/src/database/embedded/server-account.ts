import { readFile } from "node:fs/promises";

/** The account of the operating system under which PostgreSQL runs. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

// PostgreSQL's own account where a distribution made one, otherwise the one that every Unix has.
const PREFERRED = ["postgres", "_postgres", "nobody"];

/**
 * PostgreSQL refuses to run as root, so for root another account of this machine; undefined means "as I am".
 * @param ownerOfCluster keeps an existing cluster with the account that made it
 */
export async function serverAccount(ownerOfCluster: ServerAccount | undefined): Promise<ServerAccount | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  if (ownerOfCluster && ownerOfCluster.uid !== 0) return ownerOfCluster;
  const lines = await readFile("/etc/passwd", "utf8").catch(() => "");
  const accounts = new Map(
    lines.split("\n").map((line) => {
      const [name = "", , uid, gid] = line.split(":");
      return [name, { uid: Number(uid), gid: Number(gid) }] as const;
    }),
  );
  for (const name of PREFERRED) {
    const account = accounts.get(name);
    if (account && account.uid > 0) return account;
  }
  return { uid: 65534, gid: 65534 };
}
