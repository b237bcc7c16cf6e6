import { readFileSync } from "node:fs";
import { isJsonObject, type JsonObject, type JsonValue } from "@windlass/contract";
import type { Io } from "../io.ts";
import { findStoredContext } from "./stored-context.ts";

/** The server said no; `refusal` is what it said, in the one shape that every dialect carries. */
export class ServerRefusal extends Error {
  override readonly name = "ServerRefusal";
  readonly status: number;
  readonly refusal: JsonObject;
  readonly requestId: string | null;

  constructor(status: number, refusal: JsonObject, requestId: string | null) {
    const { reason, summary } = refusal;
    super([reason, summary].find((each) => typeof each === "string") ?? `HTTP ${String(status)}`);
    this.status = status;
    this.refusal = refusal;
    this.requestId = requestId;
  }
}

/** No answer from the server. */
export class ServerUnreachable extends Error {
  override readonly name = "ServerUnreachable";
  readonly url: string;

  constructor(url: string, cause: unknown) {
    super(`no answer from ${url}`, { cause });
    this.url = url;
  }
}

/** A client of one server, for commands. */
export interface Client {
  readonly url: string;
  /** Sends one request and reads its JSON answer. @throws ServerRefusal, ServerUnreachable */
  call(method: string, path: string, body?: JsonValue, headers?: Record<string, string>): Promise<JsonValue>;
  /** As `call`, for answers read as they come. */
  stream(path: string): Promise<Response>;
}

/** Options that every talking command takes. */
export interface ConnectionFlags {
  readonly url?: string;
  readonly key?: string;
}

/** A client of the server that `findServer` finds. */
export function openClient(io: Io, flags: ConnectionFlags): Client {
  const { url, key } = findServer(io, flags.url, flags.key);
  return createClient(url, key);
}

/** Finds the server: flags, then WINDLASS_URL and WINDLASS_API_KEY, then what `windlass up` stored in this folder or one above. */
export function findServer(
  io: Io,
  givenUrl: string | undefined,
  givenKey: string | undefined,
): { readonly url: string; readonly key: string | null } {
  const stored = findStoredContext(io.cwd);
  const url = (givenUrl ?? io.env.WINDLASS_URL ?? stored?.url ?? "http://127.0.0.1:8080").replace(/\/+$/, "");
  return { url, key: givenKey ?? io.env.WINDLASS_API_KEY ?? (stored ? readKey(stored.keyFile) : null) };
}

function readKey(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}

function createClient(url: string, key: string | null): Client {
  async function send(method: string, path: string, body?: JsonValue, extra: Record<string, string> = {}) {
    const headers: Record<string, string> = { accept: "application/json", "user-agent": "windlass-cli", ...extra };
    if (key) headers.authorization = `Bearer ${key}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = JSON.stringify(body);
    try {
      return await fetch(url + path, init);
    } catch (error) {
      throw new ServerUnreachable(url, error);
    }
  }
  async function refuseOn(response: Response): Promise<void> {
    if (response.ok) return;
    const text = await response.text();
    const parsed = parse(text);
    throw new ServerRefusal(response.status, refusalIn(parsed, text), response.headers.get("x-request-id"));
  }
  return {
    url,
    async call(method, path, body, headers) {
      const response = await send(method, path, body, headers);
      await refuseOn(response);
      return response.status === 204 ? null : (parse(await response.text()) ?? null);
    },
    async stream(path) {
      const response = await send("GET", path, undefined, { accept: "application/x-ndjson" });
      await refuseOn(response);
      return response;
    },
  };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** v1 and v2 carry our refusal under `windlass`, the native dialect under `refusal`; another server's answer is shown as it is. */
function refusalIn(body: JsonValue | undefined, text: string): JsonObject {
  if (isJsonObject(body)) {
    if (isJsonObject(body.windlass)) return body.windlass;
    if (isJsonObject(body.refusal)) return { ...body.refusal, also: body.also ?? [] };
  }
  return { summary: "The server refused", reason: text.slice(0, 500) };
}
