import { open, rm } from "node:fs/promises";
import { DoorRefused, DoorUnreachable } from "./server-door.ts";

/** How logs are shipped. */
export interface LogShipperOptions {
  /** @returns how many bytes the server has by now @throws DoorRefused, DoorUnreachable */
  readonly send: (attemptId: string, offset: number, bytes: Uint8Array) => Promise<number>;
  /** Milliseconds between two looks at a log that is being written. @defaultValue 500 */
  readonly everyMs?: number;
}

const PART_BYTES = 262_144;
const NEWLINE = 10;

/**
 * Ships one attempt's log while it is written: whole lines from where the server is, one part after another. A part whose answer is lost is sent
 * again, and the server keeps what it has; what the server takes no more is left on this machine.
 */
export class LogShipper {
  readonly #attemptId: string;
  readonly #path: string;
  readonly #options: LogShipperOptions;
  readonly #timer: NodeJS.Timeout;
  #offset = 0;
  #isRefused = false;
  #shipping: Promise<void> = Promise.resolve();

  constructor(attemptId: string, path: string, options: LogShipperOptions) {
    this.#attemptId = attemptId;
    this.#path = path;
    this.#options = options;
    this.#timer = setInterval(() => {
      this.#next(false).catch(() => undefined);
    }, options.everyMs ?? 500);
    this.#timer.unref();
  }

  /** Nothing is written any more: ships the rest. @throws DoorUnreachable where it has to be tried again */
  async finish(): Promise<void> {
    clearInterval(this.#timer);
    await this.#next(true);
  }

  /** Ends without the rest. */
  stop(): void {
    clearInterval(this.#timer);
    this.#isRefused = true;
  }

  /** Takes the file away where the server has it all. */
  async tidy(): Promise<void> {
    if (!this.#isRefused) await rm(this.#path, { force: true }).catch(() => undefined);
  }

  #next(toTheEnd: boolean): Promise<void> {
    this.#shipping = this.#shipping.catch(() => undefined).then(() => this.#ship(toTheEnd));
    return this.#shipping;
  }

  async #ship(toTheEnd: boolean): Promise<void> {
    while (!this.#isRefused) {
      const bytes = await readPart(this.#path, this.#offset, toTheEnd);
      if (bytes.length === 0) return;
      try {
        this.#offset = await this.#options.send(this.#attemptId, this.#offset, bytes);
      } catch (error) {
        if (error instanceof DoorUnreachable) throw error;
        // The server has less than it said it had: it goes on from there.
        const there = error instanceof DoorRefused && error.code === "execution.log_gap" && error.refusal.currentValue;
        if (typeof there === "number") this.#offset = there;
        else this.#isRefused = true;
      }
    }
  }
}

/** A part of a file, up to its last whole line unless it is read to the end. */
async function readPart(path: string, offset: number, toTheEnd: boolean): Promise<Uint8Array> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return new Uint8Array();
  try {
    const bytes = new Uint8Array(PART_BYTES);
    const { bytesRead } = await file.read(bytes, 0, PART_BYTES, offset);
    const read = bytes.subarray(0, bytesRead);
    return toTheEnd || bytesRead === PART_BYTES ? read : read.subarray(0, read.lastIndexOf(NEWLINE) + 1);
  } finally {
    await file.close();
  }
}
