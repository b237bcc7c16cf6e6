import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { FailWithoutRetry } from "../outcomes.ts";
import type { TlsOptions } from "./http-connection.ts";

/** One request. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly tls: TlsOptions;
  readonly followRedirects: boolean;
  readonly maxRedirects: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Where `HTTP_PROXY` and the like are looked for. */
  readonly env: Readonly<Record<string, string>>;
}

/** The answer to a request, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The address that answered, after redirects. */
  readonly url: string;
}

/** The request took longer than its time. Tried again as any failure. */
class RequestTimeout extends Error {
  override readonly name = "RequestTimeout";
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Headers that must not reach another server than the one they were written for. */
const OWN_SERVER_ONLY = /^(authorization|cookie|proxy-authorization|x-api-key|x-.*token.*)$/i;

function redirected(request: HttpRequest, status: number, location: string): HttpRequest {
  const url = new URL(location, request.url);
  const asGet =
    status === 303 ? request.method !== "HEAD" : (status === 301 || status === 302) && request.method === "POST";
  const kept = Object.entries(request.headers).filter(
    ([name]) =>
      !(url.origin !== request.url.origin && OWN_SERVER_ONLY.test(name)) && !(asGet && /^content-/i.test(name)),
  );
  return {
    ...request,
    url,
    headers: Object.fromEntries(kept),
    ...(asGet && { method: "GET", body: null }),
    maxRedirects: request.maxRedirects - 1,
  };
}

async function readText(message: IncomingMessage, maxBytes: number): Promise<string> {
  const encoding = message.headers["content-encoding"];
  const decoder =
    encoding === "gzip"
      ? createGunzip()
      : encoding === "br"
        ? createBrotliDecompress()
        : encoding === "deflate"
          ? createInflate()
          : undefined;
  const stream = decoder === undefined ? message : message.on("error", (error) => decoder.destroy(error)).pipe(decoder);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes) {
      message.destroy();
      throw new FailWithoutRetry(
        `The response has more than ${String(maxBytes)} bytes (maxResponseBytes). Let a task fetch it itself and keep it elsewhere.`,
      );
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function begin(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, method, body, tls, env } = request;
  const headers = {
    "accept-encoding": "gzip, deflate, br",
    ...request.headers,
    ...(body !== null && { "content-length": String(Buffer.byteLength(body)) }),
  };
  return new Promise((resolve, reject) => {
    const options = { method, headers, signal };
    const sent =
      url.protocol === "https:"
        ? requestHttps(url, { ...options, ...tls, agent: new HttpsAgent({ ...tls, proxyEnv: env }) })
        : requestHttp(url, { ...options, agent: new HttpAgent({ proxyEnv: env }) });
    sent
      .once("response", resolve)
      .once("error", reject)
      .end(body ?? undefined);
  });
}

async function follow(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const message = await begin(request, signal);
  const { statusCode: status = 0, headers } = message;
  if (request.followRedirects && REDIRECTS.has(status) && headers.location !== undefined) {
    message.resume();
    if (request.maxRedirects <= 0) throw new FailWithoutRetry(`${request.url.origin} redirects without end.`);
    return follow(redirected(request, status, headers.location), signal);
  }
  return { status, headers, text: await readText(message, request.maxBytes), url: request.url.href };
}

/**
 * Sends a request and reads the whole answer.
 * @throws FailWithoutRetry where the answer is too large; RequestTimeout; the signal's reason; a network error
 */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  try {
    return await follow(request, AbortSignal.any([request.signal, timeout]));
  } catch (error) {
    request.signal.throwIfAborted();
    if (timeout.aborted)
      throw new RequestTimeout(
        `${request.method} ${request.url.origin} was not answered within ${String(request.timeoutMs / 1000)} s.`,
        { cause: error },
      );
    throw error;
  }
}
