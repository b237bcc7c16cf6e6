import { type ConnectionValue, isJsonObject, type JsonValue } from "@windlass/contract";
import { DeliveryFailure } from "./delivery-failure.ts";

/** Where a web request goes. */
export interface WebReceiver {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** A connection's extra as an object; empty where it is none. */
export function extraOf({ extra }: ConnectionValue): Readonly<Record<string, JsonValue>> {
  if (extra === null) return {};
  try {
    const read = JSON.parse(extra) as JsonValue;
    return isJsonObject(read) ? read : {};
  } catch {
    return {};
  }
}

const PROTOCOLS = ["http", "https"];

/**
 * The address that a connection holds: Airflow's fields of `http` and of `slackwebhook`. The password is a bearer token, with a login the
 * password of Basic, and for Slack the rest of the path (or the whole address).
 * @throws DeliveryFailure where it holds none
 */
export function receiverOf(connection: ConnectionValue, kind: "webhook" | "slack"): WebReceiver {
  const { connectionId, connType, host, schema, port, login, password } = connection;
  const extra = extraOf(connection);
  const whole = kind === "slack" && password?.includes("://") === true ? password : null;
  const protocol = PROTOCOLS.includes(schema ?? "")
    ? schema
    : connType === "http" && kind === "webhook"
      ? "http"
      : "https";
  const path = schema !== null && !PROTOCOLS.includes(schema) ? schema : "";
  const base = host === null ? null : host.includes("://") ? host : `${protocol ?? "https"}://${host}`;
  const text = whole ?? (base === null ? null : joined(base, kind === "slack" ? (password ?? "") : path));
  if (text === null || !URL.canParse(text))
    throw new DeliveryFailure(`the connection ${connectionId} holds no address: set its host`);
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new DeliveryFailure(`the connection ${connectionId} is none of http or https`);
  if (port !== null && whole === null) url.port = String(port);
  const given = isJsonObject(extra["headers"]) ? Object.entries(extra["headers"]) : [];
  const headers: Record<string, string> = Object.fromEntries(
    given.flatMap(([name, value]) => (typeof value === "string" ? [[name.toLowerCase(), value]] : [])),
  );
  if (kind === "webhook" && password !== null && headers["authorization"] === undefined) {
    headers["authorization"] =
      login === null ? `Bearer ${password}` : `Basic ${Buffer.from(`${login}:${password}`).toString("base64")}`;
  }
  return { url, headers };
}

function joined(base: string, path: string): string {
  return path === "" ? base : `${base.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`;
}
