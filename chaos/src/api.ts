/** What an API server answered; undefined where it did not. */
export interface Answer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

const PATIENCE_MS = 10_000;

/** Talks to API servers in turn, as a client behind a load balancer. It never tries again by itself. */
export class Api {
  readonly #urls: readonly string[];
  readonly #key: string;
  #turn = 0;

  constructor(urls: readonly string[], key: string) {
    this.#urls = urls;
    this.#key = key;
  }

  /** @param key what the request is known by where it is sent again */
  async call(method: string, path: string, body?: unknown, key?: string): Promise<Answer | undefined> {
    this.#turn += 1;
    const url = this.#urls[this.#turn % this.#urls.length] ?? "";
    try {
      const answer = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.#key}`,
          "content-type": "application/json",
          ...(key !== undefined && { "idempotency-key": key }),
        },
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
    } catch {
      return undefined;
    }
  }
}
