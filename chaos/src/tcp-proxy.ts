import { connect, createServer, type NetConnectOpts, type Server, type Socket } from "node:net";
import { type Passage, Way } from "./way.ts";

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  readonly there: Way;
  readonly back: Way;
  /** The server's side is gone and the client has not been told. */
  half: boolean;
}

/** Which of the two directions: from who connected to whom, or its answers. */
export type Direction = "there" | "back";

type Mode = "open" | "held" | "silent" | "trickle" | Direction;

// What becomes of both directions.
const PASSAGES: Readonly<Record<Mode, Readonly<Record<Direction, Passage>>>> = {
  open: { there: "open", back: "open" },
  held: { there: "held", back: "held" },
  silent: { there: "lost", back: "lost" },
  trickle: { there: "trickle", back: "trickle" },
  there: { there: "lost", back: "open" },
  back: { there: "open", back: "lost" },
};

/** Connections between two processes that can be cut, held up, thinned, made deaf on one side, or left half open. It listens on loopback alone. */
export class TcpProxy {
  readonly #listening: Server;
  readonly #pairs = new Set<Pair>();
  readonly #waiting = new Set<Socket>();
  readonly #targets: () => readonly NetConnectOpts[];
  #turn = 0;
  #mode: Mode = "open";
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

  /** Whether anything that was sent through what is connected now was lost. */
  get hasLost(): boolean {
    return [...this.#pairs].some(hasLost);
  }

  /** Ends every connection on both sides, in the middle of whatever is under way. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /** As `cut`, each in the middle of what its far side says next. */
  cutInMidFrame(): void {
    for (const { client, server, back } of this.#pairs) {
      back.cutInNext(() => {
        client.resetAndDestroy();
        server.destroy();
      });
    }
  }

  /** For so long nothing passes in either direction; then everything does. New connections wait with the others. */
  stall(ms: number): void {
    this.#for(ms, "held");
  }

  /** For so long one byte a second passes in each direction; then the rest does. */
  trickle(ms: number): void {
    this.#for(ms, "trickle");
  }

  /** For so long what is sent in one direction is lost, and the other is open. Afterwards connections that have lost something are ended. */
  lose(ms: number, direction: Direction): void {
    this.#for(ms, direction);
  }

  /** The far side goes away and the near one is not told: what it sends is swallowed. Afterwards it hears that its connections are gone. */
  halfOpen(ms: number): void {
    this.#for(ms, "silent");
    for (const pair of this.#pairs) {
      pair.half = true;
      pair.server.destroy();
    }
  }

  /** Ends what is the matter now. */
  heal(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#mode = "open";
    for (const pair of this.#pairs) {
      if (pair.half || hasLost(pair)) pair.client.resetAndDestroy();
      else this.#apply(pair);
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

  #apply({ there, back }: Pair): void {
    there.set(PASSAGES[this.#mode].there);
    back.set(PASSAGES[this.#mode].back);
  }

  #for(ms: number, mode: Mode): void {
    this.heal();
    this.#mode = mode;
    for (const pair of this.#pairs) this.#apply(pair);
    this.#timer = setTimeout(() => {
      this.heal();
    }, ms);
  }

  #take(client: Socket): void {
    client.on("error", () => undefined);
    if (this.#mode === "open" || this.#mode === "trickle") {
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
    const pair = { client, server, there: new Way(client, server), back: new Way(server, client), half: false };
    this.#pairs.add(pair);
    server.on("error", () => undefined);
    server.once("close", () => {
      if (!pair.half) client.destroy();
    });
    client.once("close", () => {
      this.#pairs.delete(pair);
      server.destroy();
    });
    if (client.destroyed) server.destroy();
    if (this.#mode !== "open") this.#apply(pair);
  }
}

function hasLost({ there, back }: Pair): boolean {
  return there.hasLost || back.hasLost;
}
