import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, statfsSync } from "node:fs";

const ROOM = 4 * 1_024 ** 3;

/** A disk of its own for a folder, in memory, that can be made full at once: its size becomes what it holds. */
export class SmallDisk {
  readonly folder: string;
  #mounted = true;
  #timer: NodeJS.Timeout | undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @returns undefined where this account may not mount, or the machine has too little memory for it */
  static mount(folder: string): SmallDisk | undefined {
    if (availableMemory() < ROOM) return undefined;
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    return mount("-t", "tmpfs", "-o", `size=${String(ROOM)},mode=0711`, "windlass-chaos", folder)
      ? new SmallDisk(folder)
      : undefined;
  }

  /** For so long nothing more fits. @returns whether it could be done */
  fill(ms: number): boolean {
    if (!this.#mounted || this.#timer) return false;
    const { blocks, bfree, bsize } = statfsSync(this.folder);
    // Not below what it holds: that would be refused. A page more is soon gone.
    if (!this.#resize((blocks - bfree + 1) * bsize)) return false;
    this.#timer = setTimeout(() => {
      this.empty();
    }, ms);
    return true;
  }

  /** There is room again. */
  empty(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#mounted) this.#resize(ROOM);
  }

  /**
   * Lazily: what still runs there keeps it until it ends.
   * @param keeps whether what is on it is copied into the folder below; else it is gone
   */
  unmount(keeps: boolean): void {
    clearTimeout(this.#timer);
    if (!this.#mounted) return;
    this.#mounted = false;
    const copy = `${this.folder}.copy`;
    if (keeps) spawnSync("cp", ["-a", this.folder, copy]);
    spawnSync("umount", ["--lazy", this.folder]);
    if (keeps) renameSync(copy, this.folder);
  }

  #resize(bytes: number): boolean {
    return mount("-o", `remount,size=${String(bytes)}`, this.folder);
  }
}

function mount(...words: readonly string[]): boolean {
  return spawnSync("mount", words, { stdio: "ignore" }).status === 0;
}

function availableMemory(): number {
  try {
    return Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
