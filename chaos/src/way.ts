import type { Socket } from "node:net";

/** What becomes of what is sent: it passes, waits, is lost, or passes a byte at a time. */
export type Passage = "open" | "held" | "lost" | "trickle";

const BYTE_EVERY_MS = 1_000;

/** One direction of a connection. What passes passes in its order, and whole unless it was lost. */
export class Way {
  readonly #from: Socket;
  readonly #to: Socket;
  #passage: Passage = "open";
  #waiting = Buffer.alloc(0);
  #ended = false;
  #hasLost = false;
  #timer: NodeJS.Timeout | undefined;
  #cut: (() => void) | undefined;

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
    from.on("data", (chunk: Buffer) => {
      this.#take(chunk);
    });
    from.once("end", () => {
      this.#ended = true;
      if (this.#waiting.length === 0) to.end();
    });
    from.once("close", () => {
      clearInterval(this.#timer);
    });
    to.on("drain", () => {
      if (this.#passage === "open") from.resume();
    });
  }

  /** Something that was sent has not passed and never will: such a connection is of no use any more. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  set(passage: Passage): void {
    this.#passage = passage;
    clearInterval(this.#timer);
    if (passage === "held") this.#from.pause();
    else this.#from.resume();
    if (passage === "open") this.#pass(this.#waiting.length);
    if (passage === "trickle") {
      this.#timer = setInterval(() => {
        this.#pass(1);
      }, BYTE_EVERY_MS);
    }
  }

  /** Of what comes next one half passes; then `cut` is called, which is to end the connection. */
  cutInNext(cut: () => void): void {
    this.#cut = cut;
  }

  #take(chunk: Buffer): void {
    if (this.#passage === "lost") {
      this.#hasLost = true;
      return;
    }
    const cut = this.#cut;
    this.#waiting = Buffer.concat([this.#waiting, cut ? chunk.subarray(0, Math.ceil(chunk.length / 2)) : chunk]);
    if (this.#passage === "open" || cut) this.#pass(this.#waiting.length);
    if (!cut) return;
    this.#cut = undefined;
    // What was written is on its way before the end is.
    this.#to.write("", cut);
  }

  #pass(bytes: number): void {
    const now = this.#waiting.subarray(0, bytes);
    this.#waiting = this.#waiting.subarray(bytes);
    if (now.length > 0 && !this.#to.destroyed && !this.#to.write(now) && this.#passage === "open") this.#from.pause();
    if (this.#ended && this.#waiting.length === 0) this.#to.end();
  }
}
