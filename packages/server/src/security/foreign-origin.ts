/** What of a request tells where it comes from. */
export interface OriginHeaders {
  readonly origin?: string | undefined;
  readonly "sec-fetch-site"?: string | undefined;
  readonly host?: string | undefined;
}

/**
 * Whether a browser sent a request from another site's page. Programs send neither header and are never foreign.
 * @param own further origins under which callers reach the server (base_url, allowed origins)
 */
export function isForeignOrigin(headers: OriginHeaders, own: readonly string[]): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return !isOwn(headers, own);
  return headers.origin !== undefined && !isOwn(headers, own);
}

function isOwn({ origin, host }: OriginHeaders, own: readonly string[]): boolean {
  if (origin === undefined) return false;
  if (own.includes(origin)) return true;
  try {
    return host !== undefined && new URL(origin).host === host;
  } catch {
    return false;
  }
}
