import { access } from "node:fs/promises";
import type { ConnectionValue } from "@windlass/contract";
import { transportOf } from "../authoring/operators/email.ts";
import { addressOf, httpBase } from "../authoring/operators/http-connection.ts";
import { sendRequest } from "../authoring/operators/http-request.ts";
import { openSession } from "../authoring/operators/open-session.ts";

const MOST_BYTES = 1_048_576;

/** Opens a session as an operator would, and asks the server for nothing but an answer. */
async function trySql(connection: ConnectionValue, signal: AbortSignal): Promise<void> {
  // To open a file of SQLite is to make it, which a test should not do.
  const file = connection.host ?? connection.schema ?? "";
  if (connection.connType === "sqlite" && file !== "" && file !== ":memory:") await access(file);
  const session = await openSession(connection, signal);
  try {
    await session.run("select 1", [], { maxRows: 1, keep: false });
  } finally {
    await session.close();
  }
}

async function tryHttp(connection: ConnectionValue, signal: AbortSignal): Promise<void> {
  const { base, headers, auth, tls, followRedirects, maxRedirects } = await httpBase(connection);
  const { status } = await sendRequest({
    url: addressOf(base, "", {}),
    method: "GET",
    headers: { ...headers, ...(auth !== null && { authorization: auth }) },
    body: null,
    ...{ tls, followRedirects, maxRedirects, maxBytes: MOST_BYTES, timeoutMs: 60_000, signal, env: {} },
  });
  // Any other answer is one of the server's own about a path that no task asks for.
  if (status === 401 || status === 403 || status === 407) throw new CredentialsRefused(status);
}

/** The server does not let the connection's login in. */
class CredentialsRefused extends Error {
  override readonly name = "CredentialsRefused";
  constructor(status: number) {
    super(`The server refused the credentials: it answered ${String(status)}.`);
  }
}

async function trySmtp(connection: ConnectionValue, signal: AbortSignal): Promise<void> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport(transportOf(connection));
  const stop = (): void => transport.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await transport.verify();
  } finally {
    signal.removeEventListener("abort", stop);
    transport.close();
  }
}

/**
 * Uses a connection once, with its credentials, as the operators would.
 * @returns false where no operator uses connections of its type
 * @throws whatever the client says where it does not work
 */
export async function tryConnection(connection: ConnectionValue, signal: AbortSignal): Promise<boolean> {
  switch (connection.connType) {
    case "postgres":
    case "postgresql":
    case "mysql":
    case "mariadb":
    case "sqlite":
      await trySql(connection, signal);
      return true;
    case "http":
    case "https":
      await tryHttp(connection, signal);
      return true;
    case "smtp":
      await trySmtp(connection, signal);
      return true;
    default:
      return false;
  }
}
