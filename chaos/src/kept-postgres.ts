import { setTimeout as delay } from "node:timers/promises";
import { type EmbeddedServer, startEmbedded } from "@windlass/core/database";

// Room for every process with its pool, and for the one that looks on.
const SETTINGS = { max_connections: "120" };
const TRIES = 60;

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

  /** SIGKILL to the postmaster; its children notice. */
  kill(): void {
    process.kill(this.#server.pid, "SIGKILL");
  }

  /** Ends it without waiting. */
  end(): void {
    if (!this.#stopping) process.kill(this.#server.pid, "SIGQUIT");
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#server.stop();
    await this.#kept;
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
