import { join } from "node:path";
import { startEmbedded } from "@windlass/core/database";
import type { PeerFigures } from "./peer-figures.ts";
import { startRedis } from "./redis.ts";
import { startRestate } from "./restate-server.ts";
import { runPeer } from "./run-peer.ts";
import { freePort } from "./server-process.ts";

/** What came of one peer. */
export type PeerResult =
  { readonly name: string; readonly figures: PeerFigures } | { readonly name: string; readonly skipped: string };

interface Peer {
  readonly name: string;
  /** @returns the reason where a part is absent */
  run(folder: string): Promise<PeerFigures | string>;
}

/** On a PostgreSQL of the same binaries and settings as Windlass's, empty. */
function onPostgres(name: string, file: string, argv: (url: string) => readonly string[]): Peer {
  return {
    name,
    async run(folder) {
      const server = await startEmbedded({ dataFolder: folder });
      try {
        return await runPeer(file, argv(server.url));
      } finally {
        await server.stop();
      }
    },
  };
}

function onRedis(fsync: "everysec" | "always"): Peer {
  return {
    name: `BullMQ on Redis, appendfsync ${fsync}`,
    async run(folder) {
      const server = await startRedis(folder, fsync);
      if (server === undefined) return "there is no redis-server in the path (Debian's package redis-server)";
      try {
        return await runPeer("bullmq.ts", ["redis", server.socket]);
      } finally {
        await server.stop();
      }
    },
  };
}

const PEERS: readonly Peer[] = [
  onPostgres("graphile-worker, default", "graphile-worker.ts", (url) => [url, "default"]),
  onPostgres("graphile-worker, local queue and batches", "graphile-worker.ts", (url) => [url, "batched"]),
  onPostgres("pg-boss, polling each 0.5 s", "pg-boss.ts", (url) => [url, "polling"]),
  onPostgres("pg-boss, notify", "pg-boss.ts", (url) => [url, "notify"]),
  onRedis("everysec"),
  onRedis("always"),
  onPostgres("BullMQ on PostgreSQL", "bullmq.ts", (url) => ["postgres", url]),
  onPostgres("DBOS", "dbos.ts", (url) => [url]),
  {
    name: "Restate",
    async run(folder) {
      const server = await startRestate(folder);
      try {
        return await runPeer("restate.ts", [server.ingress, server.admin, String(await freePort())]);
      } finally {
        await server.stop();
      }
    },
  },
];

/** One after the other, each on its own data. What cannot run is named with its reason and does not keep the others from their turn. */
export async function runPeers(folder: string, hear: (result: PeerResult) => void): Promise<readonly PeerResult[]> {
  const results: PeerResult[] = [];
  for (const [index, { name, run }] of PEERS.entries()) {
    const outcome = await run(join(folder, `peer${String(index)}`)).catch(
      (error: unknown) => `it failed: ${error instanceof Error ? error.message : String(error)}`,
    );
    const result = typeof outcome === "string" ? { name, skipped: outcome } : { name, figures: outcome };
    results.push(result);
    hear(result);
  }
  return results;
}
