import { Agent, request } from "node:http";

/** A lean keep-alive client, so that the client's own cost stays out of the figures. */
export class BenchClient {
  readonly #agent: Agent;
  readonly #url: URL;
  readonly #key: string;

  constructor(url: string, key: string, sockets: number) {
    this.#url = new URL(url);
    this.#key = key;
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets });
  }

  call(method: string, path: string, body?: unknown): Promise<{ status: number; json: Record<string, unknown> }> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const headers: Record<string, string | number> = { authorization: `Bearer ${this.#key}` };
      if (payload !== undefined) {
        headers["content-type"] = "application/json";
        headers["content-length"] = Buffer.byteLength(payload);
      }
      const sent = request(
        { agent: this.#agent, host: this.#url.hostname, port: this.#url.port, method, path, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString();
            // Some answers are lines of JSON, or a log: whoever asks for those wants only the status.
            const isJson = /^application\/(problem\+)?json\b/.test(response.headers["content-type"] ?? "");
            resolve({
              status: response.statusCode ?? 0,
              json: isJson && text !== "" ? (JSON.parse(text) as Record<string, unknown>) : {},
            });
          });
        },
      );
      sent.on("error", reject);
      sent.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
