import { randomBytes } from "node:crypto";
import { access, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sql } from "../database/sql.ts";
import { loadBundle } from "../store/dag-versions.ts";

/** Bundles as files for the runners: a copy of the database's, named by their hash, so that a file that is there is right. */
export class BundleFolder {
  readonly #folder: string;
  readonly #present = new Set<string>();
  readonly #loading = new Map<string, Promise<boolean>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  pathOf(hash: string): string {
    return join(this.#folder, `${hash}.mjs`);
  }

  /** Whether the file is known to be there. */
  has(hash: string): boolean {
    return this.#present.has(hash);
  }

  /** Puts a bundle there that came from the parser just now. */
  async add(hash: string, code: string | Uint8Array): Promise<void> {
    if (this.#present.has(hash)) return;
    const path = this.pathOf(hash);
    if (!(await exists(path))) {
      await mkdir(this.#folder, { recursive: true });
      // Under another name first: a crash leaves no half file under a hash that vouches for it.
      const half = `${path}.${randomBytes(6).toString("hex")}`;
      await writeFile(half, code);
      await rename(half, path);
    }
    this.#present.add(hash);
  }

  /** Makes sure that a bundle is there. @returns false where the database has none of this hash @throws DatabaseError */
  async ensure(sql: Sql, hash: string): Promise<boolean> {
    if (this.#present.has(hash)) return true;
    const loading = this.#loading.get(hash) ?? this.#load(sql, hash).finally(() => this.#loading.delete(hash));
    this.#loading.set(hash, loading);
    return loading;
  }

  async #load(sql: Sql, hash: string): Promise<boolean> {
    if (await exists(this.pathOf(hash))) {
      this.#present.add(hash);
      return true;
    }
    const code = await loadBundle(sql, hash);
    if (code === undefined) return false;
    await this.add(hash, code);
    return true;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
