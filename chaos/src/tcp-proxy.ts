import { connect, createServer, type NetConnectOpts, type Server, type Socket } from "node:net";

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** The server's side is gone and the client has not been told. */
  half: boolean;
}

/** A way between two processes that can be cut, held up, or left half open. It listens on loopback alone. */
export class TcpProxy {
  readonly #listening: Server;
  readonly #pairs = new Set<Pair>();
  readonly #waiting = new Set<Socket>();
  readonly #targets: () => readonly NetConnectOpts[];
  #turn = 0;
  #mode: "open" | "held" | "silent" = "open";
  #timer: NodeJS.Timeout | undefined;

  private constructor(targets: () => readonly NetConnectOpts[]) {
    this.#targets = targets;
    this.#listening = createServer((client) => {
      this.#take(client);
    });
  }

  /** @param targets where connections lead, in turn; one that does not answer is passed over */
  static async open(targets: () => readonly NetConnectOpts[]): Promise<TcpProxy> {
    const proxy = new TcpProxy(targets);
    await new Promise<void>((resolve, reject) => {
      proxy.#listening.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return proxy;
  }

  get port(): number {
    const address = this.#listening.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Ends every connection on both sides, in the middle of whatever is under way. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /** For so long nothing passes in either direction; then everything does. New connections wait with the others. */
  stall(ms: number): void {
    this.#for(ms, "held");
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  /** The far side goes away and the near one is not told: what it sends is swallowed. Afterwards it hears that its connections are gone. */
  halfOpen(ms: number): void {
    this.#for(ms, "silent");
    for (const pair of this.#pairs) {
      pair.half = true;
      pair.client.unpipe(pair.server);
      pair.client.resume();
      pair.server.destroy();
    }
  }

  /** Ends what is the matter now. */
  heal(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#mode = "open";
    for (const pair of this.#pairs) {
      if (pair.half) pair.client.resetAndDestroy();
      else {
        pair.client.resume();
        pair.server.resume();
      }
    }
    for (const client of this.#waiting) this.#lead(client);
    this.#waiting.clear();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    for (const client of this.#waiting) client.destroy();
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    await new Promise<void>((resolve) => {
      this.#listening.close(() => {
        resolve();
      });
    });
  }

  #for(ms: number, mode: "held" | "silent"): void {
    this.heal();
    this.#mode = mode;
    this.#timer = setTimeout(() => {
      this.heal();
    }, ms);
  }

  #take(client: Socket): void {
    client.on("error", () => undefined);
    if (this.#mode === "open") {
      this.#lead(client);
      return;
    }
    this.#waiting.add(client);
    client.once("close", () => this.#waiting.delete(client));
  }

  #lead(client: Socket): void {
    const all = this.#targets();
    this.#turn += 1;
    const order = all.map((_, index) => all[(index + this.#turn) % all.length]);
    this.#try(client, order);
  }

  #try(client: Socket, [target, ...others]: readonly (NetConnectOpts | undefined)[]): void {
    if (client.destroyed) return;
    if (target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(target);
    const refused = (): void => {
      this.#try(client, others);
    };
    server.once("error", refused);
    server.once("connect", () => {
      server.off("error", refused);
      this.#join(client, server);
    });
  }

  #join(client: Socket, server: Socket): void {
    const pair: Pair = { client, server, half: false };
    this.#pairs.add(pair);
    server.on("error", () => undefined);
    server.once("close", () => {
      if (!pair.half) client.destroy();
    });
    client.once("close", () => {
      this.#pairs.delete(pair);
      server.destroy();
    });
    client.pipe(server);
    server.pipe(client);
    if (client.destroyed) server.destroy();
    if (this.#mode === "held") {
      client.pause();
      server.pause();
    }
  }
}
