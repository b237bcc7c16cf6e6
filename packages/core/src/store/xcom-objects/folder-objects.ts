import { readFile, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { KeptXcom, XcomPlace } from "@windlass/contract";
import { GZIP_ENDING, type ObjectKind } from "./object-kind.ts";

/** Objects as files of a folder that every machine sees which runs tasks or serves the API. */
export class FolderObjects implements ObjectKind {
  readonly #folder: string;
  readonly #compress: boolean;

  /** @param path an absolute path, also as `file://` */
  constructor(path: string, compress: boolean) {
    this.#folder = path.startsWith("file:") ? fileURLToPath(path) : path;
    this.#compress = compress;
  }

  addressOf(name: string): string {
    return pathToFileURL(join(this.#folder, name)).href;
  }

  async openToWrite(address: string): Promise<XcomPlace> {
    return { kind: "file", address, path: fileURLToPath(address), compress: this.#compress };
  }

  async openToRead(address: string): Promise<KeptXcom> {
    return { kind: "file", path: fileURLToPath(address), compressed: address.endsWith(GZIP_ENDING) };
  }

  async read(address: string, maxBytes: number): Promise<Uint8Array | null> {
    const path = fileURLToPath(address);
    const found = await stat(path).catch(() => undefined);
    return found === undefined || found.size > maxBytes ? null : readFile(path);
  }

  async delete(address: string): Promise<void> {
    const path = fileURLToPath(address);
    await rm(path, { force: true });
    // A writer that was ended in the middle leaves its half beside it.
    await rm(`${path}.part`, { force: true });
    // The folders of the task, the run and the Dag go with their last object.
    for (let folder = dirname(path), level = 0; level < 3; folder = dirname(folder), level += 1) {
      if (folder.length <= this.#folder.length) return;
      if (
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        return;
    }
  }
}
