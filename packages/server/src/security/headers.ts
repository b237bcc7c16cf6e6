import { randomBytes } from "node:crypto";

/** Headers of every answer, also of errors. @param secure whether callers reach the server by TLS */
export function standardHeaders(secure: boolean): Readonly<Record<string, string>> {
  return {
    "content-security-policy": contentSecurityPolicy(undefined),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
    ...(secure ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}

/** @param nonce of the page's style elements; undefined for answers that are no page */
export function contentSecurityPolicy(nonce: string | undefined): string {
  if (nonce === undefined) return "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types windlass",
  ].join("; ");
}

/** A nonce for one page. */
export function newNonce(): string {
  return randomBytes(16).toString("base64");
}
