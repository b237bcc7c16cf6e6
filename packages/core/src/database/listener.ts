import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { SessionOptions } from "./client-settings.ts";
import { clientSettings } from "./client-settings.ts";
import { translateError } from "./database-error.ts";

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

type Subscriber = (payload: string) => void;

/** One connection that listens on all channels of the process, made at the first subscription and again whenever it is lost. */
export class Listener {
  readonly #session: SessionOptions;
  readonly #onError: (error: unknown) => void;
  readonly #channels = new Map<string, Set<Subscriber>>();
  #client: Promise<pg.Client> | undefined;
  #closed = false;
  #reconnecting = false;

  constructor(session: SessionOptions, onError: (error: unknown) => void) {
    this.#session = session;
    this.#onError = onError;
  }

  async subscribe(channel: string, subscriber: Subscriber): Promise<() => Promise<void>> {
    const before = this.#channels.get(channel);
    const subscribers = before ?? new Set<Subscriber>();
    subscribers.add(subscriber);
    this.#channels.set(channel, subscribers);
    try {
      const client = await this.#connected();
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await this.#unsubscribe(channel, subscriber);
      throw translateError(error, false);
    }
    return () => this.#unsubscribe(channel, subscriber);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#channels.clear();
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  async #unsubscribe(channel: string, subscriber: Subscriber): Promise<void> {
    const subscribers = this.#channels.get(channel);
    if (!subscribers?.delete(subscriber) || subscribers.size > 0) return;
    this.#channels.delete(channel);
    const client = await this.#client?.catch(() => undefined);
    await client?.query(`UNLISTEN ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
  }

  #connected(): Promise<pg.Client> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...clientSettings(this.#session), pipeline: true });
    client.on("error", this.#onError);
    client.on("notification", (message) => {
      this.#deliver(message.channel, message.payload ?? "");
    });
    await client.connect();
    client.once("end", () => {
      this.#client = undefined;
      if (!this.#closed) void this.#reconnect();
    });
    return client;
  }

  async #reconnect(): Promise<void> {
    if (this.#reconnecting) return;
    this.#reconnecting = true;
    let wait = FIRST_WAIT_MS;
    while (!this.#closed && this.#channels.size > 0 && !(await this.#listensAgain())) {
      await delay(wait, undefined, { ref: false });
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
    this.#reconnecting = false;
  }

  async #listensAgain(): Promise<boolean> {
    try {
      const client = await this.#connected();
      const channels = [...this.#channels.keys()];
      await Promise.all(channels.map((channel) => client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)));
      for (const channel of channels) this.#deliver(channel, "");
      return true;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }

  #deliver(channel: string, payload: string): void {
    for (const subscriber of this.#channels.get(channel) ?? []) {
      try {
        subscriber(payload);
      } catch (error) {
        // A subscriber's mistake must not end the connection of all others.
        this.#onError(error);
      }
    }
  }
}
