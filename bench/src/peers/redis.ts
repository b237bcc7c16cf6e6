import { mkdirSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { programInPath, type ServerProcess, startServer } from "./server-process.ts";

/**
 * A Redis with its own folder and socket. BullMQ's documentation asks for an append-only file written out each second and for no eviction; `always` writes it
 * out with every command, which is what a commit of PostgreSQL does. Undefined where the machine has no Redis.
 */
export async function startRedis(
  folder: string,
  fsync: "everysec" | "always",
): Promise<(ServerProcess & { readonly socket: string }) | undefined> {
  const program = programInPath("redis-server");
  if (program === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const socket = join(folder, "redis.sock");
  const settings = {
    ...{ port: "0", unixsocket: socket, dir: folder, daemonize: "no", save: "" },
    ...{ appendonly: "yes", appendfsync: fsync, "maxmemory-policy": "noeviction" },
  };
  const argv = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const server = await startServer(program, argv, {}, () => answers(socket));
  return { ...server, socket };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection({ path });
    connection.once("connect", () => connection.end("PING\r\n"));
    connection.once("data", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}
