import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { JsonValue } from "@windlass/contract";

/** A request that a test's receiver got. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonValue;
}

/** A web server that takes what is sent to it, at a loopback address. */
export interface WebReceiver extends AsyncDisposable {
  readonly port: number;
  readonly received: readonly ReceivedRequest[];
  /** What it answers from now on, one after another; then 200. */
  answers: (number | { readonly status: number; readonly location: string } | "nothing")[];
}

/** Starts one. */
export async function webReceiver(): Promise<WebReceiver> {
  const received: ReceivedRequest[] = [];
  const receiver = { answers: [] as WebReceiver["answers"] };
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (text += part));
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text) as JsonValue });
      const answer = receiver.answers.shift() ?? 200;
      if (answer === "nothing") return;
      if (typeof answer === "object") response.writeHead(answer.status, { location: answer.location }).end();
      else response.writeHead(answer).end("taken");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(receiver, {
    port: (server.address() as AddressInfo).port,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
