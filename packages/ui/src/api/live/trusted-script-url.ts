interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

let policy: { createScriptURL(url: string): string } | undefined;

/** Passes the address of a script of our own through the policy that the page's header allows; other origins' are refused. */
export function trustedScriptUrl(url: string): string {
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (types === undefined) return url;
  policy ??= types.createPolicy("windlass", {
    createScriptURL: (candidate) =>
      new URL(candidate, location.href).origin === location.origin ? candidate : "about:blank",
  });
  return policy.createScriptURL(url);
}
