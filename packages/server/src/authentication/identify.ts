import type { Dialect } from "@windlass/contract";
import { authenticate, type Authenticated, type Credentials } from "@windlass/core/actions";
import type { Incoming } from "../incoming.ts";
import type { Server } from "../server.ts";
import { readCookies, sessionCookieName, TOKEN_COOKIE } from "./cookies.ts";

/** What a request brings to prove who sends it. An empty cookie is none. */
export function credentialsOf(server: Server, headers: Incoming["headers"]): Credentials {
  const cookies = readCookies(headers.cookie);
  return {
    authorization: headers.authorization,
    apiKey: headers["x-api-key"],
    session: cookies.get(sessionCookieName(server)) || undefined,
    tokenCookie: cookies.get(TOKEN_COOKIE) || undefined,
  };
}

/** Who sends a request, or why that is not believed. */
export async function identify(server: Server, incoming: Incoming, dialect: Dialect): Promise<Authenticated> {
  return authenticate(server.actions, credentialsOf(server, incoming.headers), {
    door: dialect,
    dialect,
    client: { address: incoming.address, userAgent: incoming.headers["user-agent"] ?? null },
  });
}
