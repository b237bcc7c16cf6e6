import { request as plainRequest } from "node:http";
import { request as secureRequest, type RequestOptions } from "node:https";
import { DeliveryFailure } from "./delivery-failure.ts";
import type { ReachedAddress } from "./reach-receiver.ts";

/** A request to be made. */
export interface JsonPost {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Where the host is; no name server is asked again. */
  readonly at: ReachedAddress;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends JSON by POST to the very address that was looked at. A redirect is a failure, since it would lead to where nobody looked.
 * @throws DeliveryFailure unless the answer is a 2xx
 */
export async function postJson(post: JsonPost): Promise<void> {
  const { url, at } = post;
  const options: RequestOptions = {
    method: "POST",
    signal: AbortSignal.any([post.signal, AbortSignal.timeout(post.timeoutMs)]),
    headers: {
      ...post.headers,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(post.body)),
    },
    agent: false,
    lookup: (_host, asked, found) => {
      if (typeof asked === "object" && asked.all === true) found(null, [{ address: at.address, family: at.family }]);
      else found(null, at.address, at.family);
    },
  };
  const status = await new Promise<number>((resolve, reject) => {
    const send = url.protocol === "https:" ? secureRequest : plainRequest;
    const request = send(url, options, (response) => {
      // What it says is nobody's business here, and may be endless.
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", (error: Error & { code?: string }) => {
      const late = error.name === "AbortError" || error.name === "TimeoutError" || error.code === "ABORT_ERR";
      reject(
        new DeliveryFailure(
          post.signal.aborted
            ? "Windlass was stopped while it was sent"
            : `${url.host} ${late ? `did not answer within ${String(post.timeoutMs / 1_000)} s` : `cannot be reached (${error.code ?? error.name})`}`,
        ),
      );
    });
    request.end(post.body);
  });
  if (status >= 300 && status < 400)
    throw new DeliveryFailure(`${url.host} answered ${String(status)}: redirects are not followed`);
  if (status < 200 || status >= 300) throw new DeliveryFailure(`${url.host} answered ${String(status)}`);
}
