import type { Server } from "../server.ts";

/** The cookie that Airflow 3's page keeps its token in; its clients send it too. */
export const TOKEN_COOKIE = "_token";

/** The session cookie's name: bound to this host under TLS, so that no other site of the domain can set it. */
export function sessionCookieName(server: Pick<Server, "secure" | "basePath">): string {
  if (!server.secure) return "windlass_session";
  return server.basePath === "" ? "__Host-windlass_session" : "__Secure-windlass_session";
}

/** The header that sets a cookie. @param maxAgeSeconds 0 takes it back */
export function setCookie(
  server: Pick<Server, "secure" | "basePath">,
  name: string,
  value: string,
  maxAgeSeconds: number,
): string {
  const path = server.basePath === "" ? "/" : `${server.basePath}/`;
  return `${name}=${value}; Path=${path}; Max-Age=${String(maxAgeSeconds)}; HttpOnly; SameSite=Lax${server.secure ? "; Secure" : ""}`;
}

/** The cookies of a header; the first of a name counts. */
export function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals < 1) continue;
    const name = part.slice(0, equals).trim();
    if (!cookies.has(name))
      cookies.set(
        name,
        part
          .slice(equals + 1)
          .trim()
          .replace(/^"(.*)"$/, "$1"),
      );
  }
  return cookies;
}
