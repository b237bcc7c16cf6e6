/** What the server wrote into the page. An unreplaced mark (the development server) counts as empty. */
function meta(name: string): string {
  const content = document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";
  return content.startsWith("__") ? "" : content;
}

/** Nonce that style elements of this page need. */
export function styleNonce(): string {
  return meta("csp-nonce");
}

/** Path under which the server is reached, such as `/windlass`; empty at the root. */
export function basePath(): string {
  return meta("windlass-base").replace(/\/$/, "");
}

/** Origin and base path: what stands before `/api` in a copied request. */
export function serverUrl(): string {
  return window.location.origin + basePath();
}
