import { basePath } from "../page-facts.ts";
import { isJsonObject } from "./json.ts";
import { parseRefusal, toWarnings } from "./parse-refusal.ts";
import { RefusedError, type Warning } from "./refusal.ts";
import { type ApiRequest, target } from "./request.ts";

/** An allowed answer. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly body: Body;
  readonly warnings: readonly Warning[];
  readonly requestId: string | null;
}

type SignedOutListener = () => void;
let onSignedOut: SignedOutListener = () => undefined;

/** Says what happens when an answer shows that the session is over. Called once, by the router. */
export function whenSignedOut(listener: SignedOutListener): void {
  onSignedOut = listener;
}

/**
 * The one place through which every request of the app passes.
 * @throws RefusedError for any answer that is no 2xx, and where no answer came
 */
export async function send<Body = unknown>(request: ApiRequest, signal?: AbortSignal): Promise<Answer<Body>> {
  const response = await open(request, signal);
  const text = await response.text();
  const body = parse(text, response.headers.get("content-type"));
  const warnings = isJsonObject(body) && isJsonObject(body.windlass) ? toWarnings(body.windlass.warnings) : [];
  return { status: response.status, body: body as Body, warnings, requestId: response.headers.get("x-request-id") };
}

/**
 * As `send`, but hands over the answer unread, for streams.
 * @throws RefusedError as `send`
 */
export async function open(request: ApiRequest, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(basePath() + target(request), {
      method: request.method,
      credentials: "same-origin",
      cache: request.method === "GET" ? "no-cache" : "no-store",
      headers: {
        accept: "application/json",
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new RefusedError(0, [UNREACHABLE], null);
  }
  if (response.ok) return response;
  const body = parse(await response.text(), response.headers.get("content-type"));
  const refused = parseRefusal(response.status, body, response.headers.get("x-request-id"));
  if (response.status === 401 && !request.path.endsWith("/session")) onSignedOut();
  throw refused;
}

const UNREACHABLE = {
  code: "ui.unreachable",
  summary: "The server cannot be reached",
  reason: "The request got no answer: the server is down, restarting, or the network between is cut.",
  fix: "Wait until the banner at the top is gone, then try again. Nothing was changed unless the server had already taken the request.",
} as const;

function parse(text: string, type: string | null): unknown {
  if (text === "") return null;
  if (type?.includes("json") !== true) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
