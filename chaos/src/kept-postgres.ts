import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type EmbeddedServer, startEmbedded } from "@windlass/core/database";
import { killedNow } from "./processes.ts";

const SETTINGS = {
  // Room for every process with its pool, and for the one that looks on.
  max_connections: "100",
  // Its disk may be a small one.
  max_wal_size: "128MB",
  // What was committed when, by the server's own clock, whatever the processes say.
  track_commit_timestamp: "on",
};
const TRIES = 120;

/** The database server, started again whenever it ends. */
export class KeptPostgres {
  readonly #folder: string;
  #server: EmbeddedServer;
  #stopping = false;
  #kept: Promise<void>;

  private constructor(folder: string, server: EmbeddedServer) {
    this.#folder = folder;
    this.#server = server;
    this.#kept = this.#keep();
  }

  static async start(folder: string): Promise<KeptPostgres> {
    return new KeptPostgres(folder, await startEmbedded({ dataFolder: folder, settings: SETTINGS }));
  }

  /** By the server's own socket. */
  get url(): string {
    return this.#server.url;
  }

  get connection(): EmbeddedServer["connection"] {
    return this.#server.connection;
  }

  /** SIGKILL to the postmaster; its children notice. @returns whether it was there */
  kill(): boolean {
    return killedNow(this.#server.pid);
  }

  /** Ends it without waiting. */
  end(): void {
    if (this.#stopping) return;
    // One that is just being started again is known by its file alone.
    for (const pid of new Set([this.#server.pid, this.#written()])) {
      try {
        if (pid !== undefined) process.kill(pid, "SIGQUIT");
      } catch {
        // It has ended by itself.
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#server.stop();
    await this.#kept;
  }

  /** Of the server that has the folder, as its own file says. */
  #written(): number | undefined {
    try {
      const pid = Number(readFileSync(join(this.#folder, "cluster", "postmaster.pid"), "utf8").split("\n")[0]);
      // A file that is not written yet names nobody; 0 would be everybody of this group.
      return pid > 1 ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  async #keep(): Promise<void> {
    for (;;) {
      await this.#server.exited;
      if (this.#stopping) return;
      for (let tried = 1; ; tried += 1) {
        try {
          this.#server = await startEmbedded({ dataFolder: this.#folder, settings: SETTINGS });
          break;
        } catch (error) {
          if (tried === TRIES) throw error;
          await delay(500);
        }
      }
    }
  }
}
