import type { Database } from "../database/sql.ts";
import type { Executor } from "../executors/port.ts";
import { listCurrentBundles } from "../store/dag-versions.ts";
import type { BundleFolder } from "./bundle-folder.ts";

// What a runner holds costs memory in each of them; the Dags that ran last are the likeliest to run next.
const MOST = 50;

/** Has the runners load the bundles of the Dags in use, so that a first attempt does not wait for it. What cannot be had is fetched when it is needed. */
export async function preloadBundles(database: Database, bundles: BundleFolder, executor: Executor): Promise<void> {
  try {
    const hashes = await listCurrentBundles(database, MOST);
    const present = await Promise.all(
      hashes.map(async (hash) => ((await bundles.ensure(database, hash)) ? hash : undefined)),
    );
    executor.preload(
      present.filter((hash) => hash !== undefined).map((hash) => ({ hash, path: bundles.pathOf(hash) })),
    );
  } catch {
    // A disk that is full or a database that is away: the attempt that needs it says so.
  }
}
