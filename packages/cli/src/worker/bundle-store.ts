import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A bundle whose bytes are not those of its hash. */
export class BundleTampered extends Error {
  override readonly name = "BundleTampered";
}

/** Bundles on this machine's disk by their hash; what comes from the server, and what lies there from before, is checked against it. */
export class BundleStore {
  readonly #folder: string;
  readonly #present = new Map<string, Promise<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns the file of a bundle, fetched where it is not there @throws BundleTampered, and what `fetchBytes` throws */
  path(hash: string, fetchBytes: () => Promise<Uint8Array>): Promise<string> {
    let present = this.#present.get(hash);
    if (present === undefined) {
      present = this.#ensure(hash, fetchBytes);
      this.#present.set(hash, present);
      // What could not be had may be there the next time.
      present.catch(() => this.#present.delete(hash));
    }
    return present;
  }

  async #ensure(hash: string, fetchBytes: () => Promise<Uint8Array>): Promise<string> {
    // The hash names a file: nothing but a hash may.
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new BundleTampered(`"${hash}" is no hash of a bundle`);
    const path = join(this.#folder, `${hash}.mjs`);
    const there = await readFile(path).catch(() => undefined);
    if (there !== undefined && hashOf(there) === hash) return path;
    const bytes = await fetchBytes();
    if (hashOf(bytes) !== hash) throw new BundleTampered(`the server's bundle is not the one of the hash ${hash}`);
    await mkdir(this.#folder, { recursive: true });
    // Under another name first: a crash leaves no half file under a hash that vouches for it.
    const half = `${path}.${randomBytes(6).toString("hex")}`;
    await writeFile(half, bytes);
    await rename(half, path);
    return path;
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
