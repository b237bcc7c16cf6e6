import { readFile } from "node:fs/promises";
import { type ConnectionValue, isJsonObject, type JsonObject } from "@windlass/contract";
import { FailWithoutRetry } from "../outcomes.ts";

/** The extra of a connection as an object; one that is no JSON object has nothing to say. */
export function extraOf(connection: ConnectionValue): JsonObject {
  if (connection.extra === null || connection.extra === "") return {};
  try {
    const extra: unknown = JSON.parse(connection.extra);
    return isJsonObject(extra) ? extra : {};
  } catch {
    return {};
  }
}

/** How requests through a connection are secured. Contents of files, not paths. */
export interface TlsOptions {
  readonly rejectUnauthorized?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** What a connection says about requests. */
export interface HttpBase {
  /** Begins every address; null: the path is the whole address. */
  readonly base: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly auth: string | null;
  readonly tls: TlsOptions;
  readonly followRedirects: boolean;
  readonly maxRedirects: number;
}

/** Keys of the extra that are no headers. Airflow takes all others for headers, and so do we. */
const SETTINGS = new Set([
  "timeout",
  "allow_redirects",
  "proxies",
  "verify",
  "cert",
  "max_redirects",
  "stream",
  "check_response",
  "trust_env",
  "headers",
]);

const MAX_REDIRECTS = 30;

/** Where requests go that name no connection. */
export const NO_CONNECTION: HttpBase = {
  base: null,
  headers: {},
  auth: null,
  tls: {},
  followRedirects: true,
  maxRedirects: MAX_REDIRECTS,
};

function textHeaders(source: JsonObject): Record<string, string> {
  const texts = Object.entries(source).flatMap(([name, value]): [string, string][] =>
    value === null || typeof value === "object" ? [] : [[name, String(value)]],
  );
  return Object.fromEntries(texts);
}

function baseOf({ host, schema, port }: ConnectionValue): string | null {
  if (host === null || host === "") return null;
  const whole = host.includes("://") ? host : `${schema === null || schema === "" ? "http" : schema}://${host}`;
  return port === null || /:\d+$/.test(whole.replace(/^\w+:\/\//, "")) ? whole : `${whole}:${String(port)}`;
}

async function tlsOf(extra: JsonObject): Promise<TlsOptions> {
  const read = (path: string): Promise<string> => readFile(path, "utf8");
  const { verify, cert } = extra;
  const [certPath, keyPath] = (Array.isArray(cert) ? cert : [cert, cert]) as readonly unknown[];
  return {
    ...(verify === false && { rejectUnauthorized: false }),
    ...(typeof verify === "string" && { ca: await read(verify) }),
    ...(typeof certPath === "string" && { cert: await read(certPath) }),
    ...(typeof keyPath === "string" && { key: await read(keyPath) }),
  };
}

/**
 * Reads a connection of type `http` by Airflow's rules: host with or without `https://`, schema as its protocol, login and password for basic
 * authentication, and in the extra headers beside `verify` (false, or the path of a CA file), `cert` (a path, or those of certificate and key),
 * `allow_redirects` and `max_redirects`.
 */
export async function httpBase(connection: ConnectionValue): Promise<HttpBase> {
  const extra = extraOf(connection);
  const { login, password } = connection;
  const others = Object.fromEntries(Object.entries(extra).filter(([name]) => !SETTINGS.has(name)));
  return {
    base: baseOf(connection),
    headers: {
      ...textHeaders(others),
      ...(isJsonObject(extra.headers ?? null) && textHeaders(extra.headers as JsonObject)),
    },
    auth:
      login === null || login === "" ? null : `Basic ${Buffer.from(`${login}:${password ?? ""}`).toString("base64")}`,
    tls: await tlsOf(extra),
    followRedirects: extra.allow_redirects !== false,
    maxRedirects: typeof extra.max_redirects === "number" ? extra.max_redirects : MAX_REDIRECTS,
  };
}

/** The whole address of a request. @throws FailWithoutRetry where it is none */
export function addressOf(base: string | null, path: string, query: Readonly<Record<string, unknown>>): URL {
  const joined =
    base === null || /^https?:\/\//.test(path)
      ? path
      : `${base.replace(/\/+$/, "")}${path === "" || path.startsWith("?") ? "" : "/"}${path.replace(/^\/+/, "")}`;
  const url = URL.parse(joined);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new FailWithoutRetry(
      `${JSON.stringify(joined)} is no address of a web server: give the connection a host, or the task a path with https://.`,
    );
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (each !== null && each !== undefined)
        url.searchParams.append(name, typeof each === "string" ? each : JSON.stringify(each));
    }
  }
  return url;
}
